import { EpochBase } from './epoch-base';
import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { isHeldOut } from '../training/metric-direction';
import { findMetrics } from './metric-text';

/**
 * "Epoch 3", "epoch: 3/20", "Epoch [3/20]", "Epoch=3", "Epoch 3 of 20", "Epoch #003". Seconds since 1970 are not an
 * epoch.
 */
const named =
  /(?:\bepochs?|^\W{0,8}ep)\b[\s:#=[(]{0,8}(\d{1,6})(?![\d.]*\d)(?:\s{0,4}(?:\/|of)\s{0,4}(\d{1,6})(?!\d))?[\])]?/i;
/** Words before it that show that the epoch is only mentioned. */
const mention =
  /\b(?:best|resum\w*|load\w*|restor\w*|sav\w*|from|until|since|every|max\w*|min\w*|patience|warm\w*|stop\w*|total|after|before|at|in|for|per|if|of|to|than|num\w*|last|next|see|wait\w*|skip\w*|lower\w*|no)\b/i;
/** Words after it that show that the line is about something else. */
const notice =
  /^\W{0,4}(?:early|reduc\w*|sav\w*|restor\w*|load\w*|start\w*|stop\w*|lr\b.*adjust|checkpoint\w*|was\b|is the\b|has been\b)|\b(?:improved|did not improve|saving (?:the )?(?:model|checkpoint))\b/i;
/** Words before it that show an evaluation of the finished epoch, whatever the number is. */
const evaluated =
  /\b(val|valid|validation|validating|eval|evaluation|evaluating|test|testing)\b[\s:,*=>-]{0,8}(?:\w{1,20}[\s:,]{1,4})?$/i;
/** A position within the epoch. */
const within =
  /^\W{0,8}\d{1,9}\s{0,4}\/\s{0,4}\d{1,9}(?!\d)|\b(?:batch\w*|steps?|iters?|iterations?|samples?)\b[\s:#=[(]*\d|[[(|]\s*\d+\s*\/\s*\d+|\(\s*\d+(?:\.\d+)?\s*%\s*\)/i;

/** Only this much of a line is searched for "epoch". */
const searchedLength = 160;
/** A header and its figures are close together. */
const linesAfterHeader = 12;

/**
 * The output of custom training loops: "Epoch 3/20 | loss 0.52 | val_loss 0.61", or a header "Epoch 3/20" with the
 * figures on the lines below. A line without figures and without an end is not progress.
 */
export class PlainReader implements FrameworkReader {
  private readonly base = new EpochBase();
  /** The last epoch that a training printed. */
  private last: number | null = null;
  /** The epoch whose header was read, and the figures found below it. */
  private open: {
    readonly index: number;
    readonly of: number | null;
    readonly metrics: Record<string, number>;
    lines: number;
  } | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    const match = line.length < 5 ? null : named.exec(line.slice(0, searchedLength));
    if (match === null) {
      this.readBelowHeader(line);
      return null;
    }
    const before = line.slice(0, match.index);
    const after = line.slice(match.index + match[0].length);
    if (mention.test(before.replace(/\bend of\s{0,4}$/i, '')) || notice.test(after.slice(0, searchedLength)))
      return null;
    if (evaluated.test(before)) return this.readEvaluation(findMetrics(after), Number(match[1]));
    const metrics = findMetrics(after);
    const bare = /^[\W_]*$/.test(after) && /^(?:\W*|.*[\])>:|-]\s*)$/.test(before);
    const inside = within.test(after.slice(0, searchedLength));
    const hasMetrics = Object.keys(metrics).length > 0;
    if (!hasMetrics && !bare && match[2] === undefined) return null;
    const { index, of } = this.base.read(Number(match[1]), match[2] === undefined ? null : Number(match[2]));
    const closed = this.close(index);
    if (inside || !hasMetrics) {
      if (this.open?.index !== index) this.open = { index, of, metrics: {}, lines: 0 };
      this.open.lines = 0;
      Object.assign(this.open.metrics, metrics);
      return [...closed, { unit: 'epoch', epoch: index - 1, of, metrics: {} }];
    }
    this.open = null;
    this.last = index;
    return [...closed, { unit: 'epoch', epoch: index, of, metrics }];
  }

  /**
   * "Eval Epoch: 1 clip_val_loss: 5.1": it counts finished epochs even if the training counts from 0, so its number
   * does not start an epoch.
   */
  private readEvaluation(found: Record<string, number>, number: number): readonly ProgressUpdate[] {
    const metrics = Object.fromEntries(
      Object.entries(found).map(([name, value]) => [isHeldOut(name) ? name : `val_${name}`, value]),
    );
    const { open, last } = this;
    if (open !== null) {
      Object.assign(open.metrics, metrics);
      return [];
    }
    if (Object.keys(metrics).length === 0) return [];
    // A script may print only its evaluations.
    const epoch = last ?? this.base.read(number, null).index;
    return [{ unit: 'epoch', epoch, of: null, metrics }];
  }

  end(): readonly ProgressUpdate[] {
    return this.close(null);
  }

  /** The epoch before `index` has ended once the next one is printed. */
  private close(index: number | null): readonly ProgressUpdate[] {
    const { open } = this;
    if (open === null || open.index === index) return [];
    this.open = null;
    if (Object.keys(open.metrics).length === 0) return [];
    return [{ unit: 'epoch', epoch: open.index, of: open.of, metrics: open.metrics }];
  }

  private readBelowHeader(line: string): void {
    const { open } = this;
    if (open === null || open.lines >= linesAfterHeader) return;
    open.lines += 1;
    Object.assign(open.metrics, findMetrics(line));
  }
}
