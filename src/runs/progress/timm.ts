import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric } from './metric-text';

/**
 * timm's train.py: "Train: 3 [ 50/1251 ( 4%)] Loss: 6.9 (6.95) …", then "Test: [ 48/48] … Loss: … (6.8) Acc@1: … (
 * 0.4)". Counts from 0.
 */
export class TimmReader implements FrameworkReader {
  private done = 0;

  read(line: string): readonly ProgressUpdate[] | null {
    if (!line.includes('Train: ') && !line.includes('Test')) return null;
    const train = /\bTrain: (\d{1,6}) \[\s*\d{1,9}\/\d{1,9} \(\s*(\d{1,3})%\)\]/.exec(line);
    if (train !== null) {
      const epoch = Number(train[1]);
      const complete = train[2] === '100';
      if (complete) this.done = epoch + 1;
      return [
        {
          unit: 'epoch',
          epoch: complete ? epoch + 1 : epoch,
          of: null,
          metrics: complete ? means(line, 'train_') : {},
        },
      ];
    }
    const test = this.done === 0 ? null : /\bTest(?: \(EMA\))?: \[\s*(\d{1,9})\/(\d{1,9})\]/.exec(line);
    if (test === null) return null;
    return test[1] === test[2] ? [{ unit: 'epoch', epoch: this.done, of: null, metrics: means(line, 'eval_') }] : [];
  }
}

/** "Loss: 6.93 (6.95)": the mean is in the brackets. */
function means(line: string, prefix: string): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [, name = '', value = ''] of line.matchAll(
    /\b(Loss|Acc@\d):\s{0,8}[\d.e+-]{1,20}\s{0,4}\(\s{0,8}([\d.e+-]{1,20})\)/g,
  )) {
    addMetric(metrics, `${prefix}${name.toLowerCase()}`, value);
  }
  return metrics;
}
