import { parseBar } from './bar';
import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric, parseNumber } from './metric-text';

/** Numbers in the Trainer's dictionaries that do not measure the model. */
const notMetrics =
  /^(?:epoch|step|total_flos|learning_rate|grad_norm|num_(?:input_)?tokens.*|.*_runtime|.*_per_second|.*_samples)$/;

/**
 * The Hugging Face Trainer: dictionaries with the epoch as a fraction, `{'loss': 0.69, …, 'epoch': 0.5}` (quoted
 * numbers since version 5), next to a progress bar of steps. The number of epochs follows from the bar's share, which
 * is exact just after the dictionary, when the bar is redrawn.
 */
export class HuggingFaceReader implements FrameworkReader {
  private steps: number | null = null;
  private share = 0;
  private of: number | null = null;
  private held: ProgressUpdate | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    if (line.includes('%|')) return this.readBar(line);
    // LLaMA-Factory and others add the prefix of their logger.
    const opened = line.includes("'epoch': ") ? line.indexOf("{'") : -1;
    const text = opened < 0 ? '' : line.slice(opened).trim();
    if (!text.endsWith('}')) return null;
    const update = this.readDictionary(text);
    if (update === null) return null;
    const before = this.release();
    if (this.steps === null) return [...before, update];
    this.held = update;
    if (!text.includes("'train_runtime': ")) return before;
    // The end of a training; the next one has a new bar.
    this.held = null;
    this.steps = null;
    return [...before, { ...update, of: this.of ?? update.epoch, metrics: {} }];
  }

  end(): readonly ProgressUpdate[] {
    return this.release();
  }

  private readDictionary(text: string): ProgressUpdate | null {
    const metrics: Record<string, number> = {};
    let epoch: number | null = null;
    for (const [, name = '', value = ''] of text.matchAll(/'([\w./@ ()-]{1,80})': '?([-+\d.e]{1,40})'?/gi)) {
      if (name === 'epoch') epoch = parseNumber(value);
      else if (!notMetrics.test(name)) addMetric(metrics, name, value);
    }
    return epoch === null || epoch < 0 ? null : { unit: 'epoch', epoch, of: null, metrics };
  }

  /** Only the training's bar: it is the first without a name; bars of evaluations are below it. */
  private readBar(line: string): readonly ProgressUpdate[] | null {
    const bar = parseBar(line);
    if (bar === null || bar.bytes || bar.description !== '' || bar.total <= 0) return null;
    const other = this.steps !== null && bar.total !== this.steps;
    if (other && (this.of !== null || this.share < 1)) return null;
    this.steps = bar.total;
    this.share = bar.done / bar.total;
    return this.held === null ? null : this.release();
  }

  private release(): readonly ProgressUpdate[] {
    if (this.held === null) return [];
    const update = this.held;
    this.held = null;
    if (this.share > 0 && update.epoch > 0) {
      const estimate = Math.max(update.epoch / this.share, update.epoch);
      const whole = Math.round(estimate);
      // The dictionary rounds the epoch.
      this.of = whole >= 1 && Math.abs(estimate - whole) <= 0.02 * whole ? whole : estimate;
    }
    return [{ ...update, of: this.of }];
  }
}
