import { parseBar } from './bar';
import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { parseNumber } from './metric-text';

const ended =
  /\bTrial (\d{1,7}) (?:finished with values?: (\[.{0,400}?\]|[-+\d.einfa]{1,40}) and parameters: |pruned\b|failed with )/;
const bestSoFar = /\bBest is trial (\d{1,7}) with value: ([-+\d.e]{1,40}?)\.?\s*$/;

/**
 * Optuna: "Trial 3 finished with value: 0.12 and parameters: {…}. Best is trial 1 with value: 0.1.", and its bar. It
 * does not show the direction of the metric, but which trial is the best.
 */
export class OptunaReader implements FrameworkReader {
  private done = 0;
  private of: number | null = null;
  /** The best trial by Optuna's number, and its position among the trials read so far. */
  private best: { readonly trial: number; readonly place: number } | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    if (line.startsWith('Best trial: ')) return this.readBar(line);
    if (line.includes('A new study created')) {
      this.done = 0;
      this.of = null;
      this.best = null;
      return [];
    }
    const trial = line.includes('Trial ') ? ended.exec(line) : null;
    if (trial === null) return null;
    this.done += 1;
    const value = parseNumber(trial[2] ?? '');
    const best = bestSoFar.exec(line);
    const bestValue = parseNumber(best?.[2] ?? '');
    if (best !== null && Number(best[1]) === Number(trial[1])) this.best = { trial: Number(best[1]), place: this.done };
    const known =
      best !== null && bestValue !== null && this.best?.trial === Number(best[1])
        ? { metric: 'value', value: bestValue, epoch: this.best.place }
        : null;
    return [
      {
        unit: 'trial',
        epoch: this.done,
        of: this.of,
        metrics: value === null ? {} : { value },
        ...(known === null ? {} : { best: known }),
      },
    ];
  }

  private readBar(line: string): readonly ProgressUpdate[] | null {
    const bar = parseBar(line);
    const text = /^Best trial: (\d{1,7})\. Best value: ([-+\d.e]{1,40})$/.exec(bar?.description ?? '');
    if (bar === null || text === null) return null;
    this.of = bar.total;
    // Without its log, only the bar is printed.
    this.done = Math.max(this.done, bar.done);
    return [{ unit: 'trial', epoch: this.done, of: this.of, metrics: {} }];
  }
}
