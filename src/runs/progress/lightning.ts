import { parseBar } from './bar';
import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric } from './metric-text';

/** Messages of Lightning before it trains; "Epoch 0:" and "Training:" alone could be bars of any program. */
const signs = /^(?:GPU available: |TPU available: |Sanity Checking)|^\s*(?:Trainable params|Modules in train mode)/;
/** A bar of its rich progress: "Epoch 0/2  ━━━━ 8/8 0:00:00 • 0:00:00 42.62it/s train_loss: 0.744". */
const rich = /^Epoch (\d{1,6})\/(-?\d{1,6}) [━╸╺ ]+(\d{1,9})\/(\d{1,9}) \S+ • \S+ +\S+it\/s/;

/**
 * PyTorch Lightning with either of its progress bars. Epochs count from 0; the rich bar shows the last one's number,
 * the tqdm bar shows no end. After the validation the full bar is redrawn with its metrics.
 */
export class LightningReader implements FrameworkReader {
  private seen = false;
  private done = 0;
  /** A full rich bar: text that does not fit in its line continues on the next one, even between a name and its value. */
  private broken: { readonly update: ProgressUpdate; readonly name: string } | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    const { broken } = this;
    this.broken = null;
    if (broken !== null && line.startsWith('   ')) return [this.addMetrics(broken.update, line, broken.name)];
    if (line.startsWith('Epoch ') && line.includes(', global step ')) return readCheckpoint(line);
    if (line.startsWith('Epoch ')) return this.readRich(line) ?? (this.seen ? this.readTqdm(line) : null);
    if (!this.seen && signs.test(line)) this.seen = true;
    if (!this.seen) return null;
    return line.startsWith('Validation') || line.startsWith('Sanity') || line.startsWith('Training: ') ? [] : null;
  }

  private readRich(line: string): readonly ProgressUpdate[] | null {
    const match = rich.exec(line);
    if (match === null) return null;
    const epoch = Number(match[1]);
    const last = Number(match[2]);
    const complete = match[3] === match[4];
    // max_epochs=-1, without an end, is shown as -2.
    const of = last < 0 ? null : last + 1;
    const update: ProgressUpdate = { unit: 'epoch', epoch: complete ? epoch + 1 : epoch, of, metrics: {} };
    return [complete ? this.addMetrics(update, line.slice(match[0].length), '') : update];
  }

  /** Adds "name: value" pairs; the name of the first may be on the previous line. */
  private addMetrics(update: ProgressUpdate, text: string, firstName: string): ProgressUpdate {
    const metrics = { ...update.metrics };
    let name = firstName;
    for (const word of text.trim().split(/\s+/)) {
      if (word.endsWith(':')) name = word.slice(0, -1);
      else if (name === '') break;
      else {
        addMetric(metrics, name, word);
        name = '';
      }
    }
    const extended = { ...update, metrics };
    this.broken = { update: extended, name };
    return extended;
  }

  private readTqdm(line: string): readonly ProgressUpdate[] | null {
    const bar = parseBar(line);
    const match = /^Epoch (\d{1,6})$/.exec(bar?.description ?? '');
    if (bar === null || match === null) return null;
    const index = Number(match[1]);
    if (bar.total > 0 && bar.done >= bar.total) {
      this.done = index + 1;
      return [{ unit: 'epoch', epoch: this.done, of: null, metrics: bar.metrics }];
    }
    // Before the next epoch the bar is emptied under its old name; a bar that fills belongs to another training.
    if (index < this.done && bar.done === 0) return [];
    this.done = index;
    return [{ unit: 'epoch', epoch: index, of: null, metrics: {} }];
  }
}

/** "Epoch 3, global step 400: 'val_loss' reached 0.41 (best 0.41), saving model …": the only output without a bar. */
function readCheckpoint(line: string): readonly ProgressUpdate[] | null {
  const match =
    /^Epoch (\d{1,6}), global step \d{1,9}: '([\w/.-]{1,60})' (?:reached ([-+\d.e]{1,40}) |was not in top )/.exec(line);
  if (match === null) return null;
  const metrics: Record<string, number> = {};
  if (match[3] !== undefined) addMetric(metrics, match[2] ?? '', match[3]);
  return [{ unit: 'epoch', epoch: Number(match[1]) + 1, of: null, metrics }];
}
