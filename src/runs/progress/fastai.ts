import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric } from './metric-text';

/** The columns when fastai prints bare lists, which start with the first two. */
const firstColumns = ['epoch', 'train_loss', 'valid_loss'];

/** fastai: its table (a header line, then one row per epoch), its bars "Epoch 2/4 : |██", and bare lists without its progress callback. */
export class FastaiReader implements FrameworkReader {
  private columns: readonly string[] | null = null;
  private of: number | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    if (line.startsWith('Epoch ')) return this.readBar(line);
    if (line.startsWith('epoch ') && /^epoch\s+train_loss\s/.test(line)) {
      this.columns = line.trim().split(/\s+/);
      this.of = null;
      return [];
    }
    if (this.columns !== null && /^\d{1,6}\s/.test(line)) return this.updatesOf(this.columns, line.trim().split(/\s+/));
    const list = /^\[(\d{1,6}, .*), '\d+:\d+(?::\d+)?'\]$/.exec(line.trimEnd());
    return list === null ? null : this.updatesOf(firstColumns, (list[1] ?? '').split(', '));
  }

  private readBar(line: string): readonly ProgressUpdate[] | null {
    const bar = /^Epoch (\d{1,6})\/(\d{1,6}) : /.exec(line);
    if (bar === null) return null;
    this.of = Number(bar[2]);
    return [{ unit: 'epoch', epoch: Number(bar[1]) - 1, of: this.of, metrics: {} }];
  }

  private updatesOf(columns: readonly string[], values: readonly string[]): readonly ProgressUpdate[] | null {
    if (columns === this.columns && values.length !== columns.length) return null;
    const metrics: Record<string, number> = {};
    for (const [index, name] of columns.entries()) {
      if (name !== 'epoch' && name !== 'time') addMetric(metrics, name, values[index] ?? '');
    }
    return [{ unit: 'epoch', epoch: Number(values[0]) + 1, of: this.of, metrics }];
  }
}
