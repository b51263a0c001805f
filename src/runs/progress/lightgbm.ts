import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric } from './metric-text';

/**
 * LightGBM's `log_evaluation`: "[8]⇥training's auc: 0.949⇥valid_1's auc: 0.891"; `cv` adds " + 0.01". Rounds count
 * from 1.
 */
export class LightGBMReader implements FrameworkReader {
  private sumsUp = false;

  read(line: string): readonly ProgressUpdate[] | null {
    const repeated = this.sumsUp;
    // "Early stopping, best iteration is:" is followed by that round again.
    this.sumsUp = line.length < 200 && /best iteration is:\s*$/i.test(line);
    if (this.sumsUp) return [];
    const own = line.startsWith('[LightGBM] [Info] Iteration:')
      ? /^\[LightGBM\] \[Info\] Iteration:(\d{1,7}), (\S{1,80} [^:]{1,80}?) : (\S{1,40})$/.exec(line.trimEnd())
      : null;
    if (own !== null) {
      // Its command line has a line for each set and measure.
      const metrics: Record<string, number> = {};
      addMetric(metrics, own[2] ?? '', own[3] ?? '');
      return [{ unit: 'round', epoch: Number(own[1]), of: null, metrics }];
    }
    const match = /^\[(\d{1,7})\]\t/.exec(line);
    if (match === null || !line.includes("'s ")) return null;
    if (repeated) return [];
    const metrics: Record<string, number> = {};
    for (const field of line.slice(match[0].length).split('\t')) {
      const colon = field.lastIndexOf(': ');
      const set = field.indexOf("'s ");
      if (set < 1 || colon < set) return null;
      const [value = ''] = field
        .slice(colon + 2)
        .trimEnd()
        .split(' + ');
      addMetric(metrics, `${field.slice(0, set)} ${field.slice(set + 3, colon)}`, value);
    }
    return [{ unit: 'round', epoch: Number(match[1]), of: null, metrics }];
  }
}
