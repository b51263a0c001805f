import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric } from './metric-text';

/** XGBoost's evaluation monitor: "[11]⇥train-logloss:0.32910⇥validation-auc:0.89834"; `cv` adds "+0.01". Rounds count from 0, in R from 1. */
export class XGBoostReader implements FrameworkReader {
  private last = Infinity;
  private first = 0;

  read(line: string): readonly ProgressUpdate[] | null {
    const match = /^\[(\d{1,7})\]\t/.exec(line);
    if (match === null || line.includes("'s ")) return null;
    const metrics: Record<string, number> = {};
    for (const field of line.slice(match[0].length).split('\t')) {
      const colon = field.lastIndexOf(':');
      if (colon < 1 || !field.slice(0, colon).includes('-')) return null;
      const [value = ''] = field
        .slice(colon + 1)
        .trimEnd()
        .split('+');
      addMetric(metrics, field.slice(0, colon), value);
    }
    const number = Number(match[1]);
    if (number <= this.last) this.first = number === 1 ? 1 : 0;
    this.last = number;
    return [{ unit: 'round', epoch: number + 1 - this.first, of: null, metrics }];
  }
}
