import type { FrameworkReader, ProgressUpdate } from './epoch-event';

/** PyTorch-Ignite's own log. Evaluators are engines too, and run within the trainer's epochs: the outer engine counts. */
export class IgniteReader implements FrameworkReader {
  /** The number of epochs of each engine that runs, the outermost first. */
  private engines: number[] = [];

  read(line: string): readonly ProgressUpdate[] | null {
    if (!line.includes('Engine')) return null;
    const start =
      /\bEngine run (?:starting|resuming from iteration \d+, epoch \d+ until \d+ epochs?|starting from \w+)?.{0,40}\bmax_epochs=(\d{1,7})/.exec(
        line,
      );
    if (start !== null) {
      this.engines = [...this.engines, Number(start[1])].slice(-8);
      return this.engines.length > 1 ? [] : [{ unit: 'epoch', epoch: 0, of: Number(start[1]), metrics: {} }];
    }
    if (/\bEngine run (?:finished|complete|is terminating)/i.test(line)) {
      this.engines = this.engines.slice(0, -1);
      return [];
    }
    const done = this.engines.length === 0 ? null : /\bEpoch\[(\d{1,7})\] Complete\b/.exec(line);
    if (done === null) return null;
    const [of = null] = this.engines;
    return this.engines.length > 1 ? [] : [{ unit: 'epoch', epoch: Number(done[1]), of, metrics: {} }];
  }
}
