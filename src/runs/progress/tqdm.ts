import { parseBar, type ProgressBar } from './bar';
import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { EpochBase } from './epoch-base';
import { findMetrics } from './metric-text';

/** Bars of other work than training. */
const otherWork =
  /download|upload|load|fetch|map\b|filter|token|sanity|eval|valid|\bval\b|test|predict|infer|generat|resolv|extract|unpack|shard|cach|process|collect|install|creat|read|writ|sav|checkpoint|feature|embed|scan|convert|export|encod|decod|index|preprocess|prepar|build|compil|merg|quantiz|calibrat|pack|sort|split|^batches$|queries|documents?\b|files?\b|chunks?\b|images?\b|frames?\b|pages?\b|trials?\b/i;
/** What a training counts; a bar of files, documents or tests is not a training. */
const trainingUnits =
  /^(?:|it|its|iter|iters|iteration|iterations|step|steps|b|ba|batch|batches|update|updates|sample|samples|seq|seqs|sequence|sequences|ex|img|imgs|image|images|game|games|episode|episodes|env steps?|round|rounds)$/;
const namedEpoch = /\bepochs?\b[\s:#[(]*(\d{1,6})(?!\d)(?:\s*(?:\/|of)\s*(\d{1,6}))?/i;

/** The bar that counts steps. Its text may change with each step, so it is identified by its end and its position. */
interface MainBar {
  readonly total: number;
  readonly nested: boolean;
  /** Its text without the numbers in it, as last drawn. */
  text: string;
  textChanges: boolean;
  done: number;
  passes: number;
}

/**
 * tqdm. A bar named after one epoch ("Epoch 2/3") is that epoch. A bar named "Epochs", or with epochs as its unit or
 * in its changing text, counts epochs. Any other bar counts steps, or passes if it starts again and again. With nested
 * bars the outermost counts.
 */
export class TqdmReader implements FrameworkReader {
  private readonly base = new EpochBase();
  /** The epochs shown by a bar that counts them. */
  private counted: number | null = null;
  /** The last bar that was named after an epoch. */
  private named: {
    readonly number: number;
    readonly done: number;
    readonly total: number;
    readonly counts: boolean;
  } | null = null;
  private main: MainBar | null = null;
  /** Another bar that reached its end since the main one moved: twice means that the main bar was abandoned. */
  private other: { readonly key: string; done: number; completions: number } | null = null;

  read(line: string, nested: boolean): readonly ProgressUpdate[] | null {
    if (!line.includes('%|')) return null;
    const bar = parseBar(line);
    if (bar === null) return null;
    if (bar.bytes || bar.total <= 0) return [];
    const epoch = namedEpoch.exec(bar.description);
    const isOther = otherWork.test(bar.description);
    if (/^epochs?$/.test(bar.unit)) return this.readCounter(bar);
    if (epoch !== null && (!isOther || this.named?.counts === true)) {
      return this.readNamed(bar, epoch, nested);
    }
    if (/\bepochs?\b/i.test(bar.description) && !isOther) return this.readCounter(bar);
    if (this.counted !== null || this.named !== null || !trainingUnits.test(bar.unit)) return [];
    return this.readSteps(bar, nested, isOther);
  }

  /** A bar that counts epochs. Metrics are set before it moves on: they belong to an epoch when its number changes. */
  private readCounter(bar: ProgressBar): readonly ProgressUpdate[] {
    const moved = bar.done !== this.counted;
    this.counted = bar.done;
    const metrics = bar.done === 0 ? {} : { ...findMetrics(bar.description.replace(namedEpoch, '')), ...bar.metrics };
    return moved ? [{ unit: 'epoch', epoch: bar.done, of: bar.total, metrics }] : [];
  }

  private readNamed(bar: ProgressBar, match: RegExpExecArray, nested: boolean): readonly ProgressUpdate[] {
    const number = Number(match[1]);
    const before = this.named;
    // A bar of one epoch starts at 0. If the number changes with the bar, the bar counts epochs.
    const movesOn =
      before !== null &&
      !nested &&
      number > before.number &&
      bar.total === before.total &&
      before.done < before.total &&
      bar.done >= Math.max(1, before.done);
    const counts = movesOn || (before?.counts === true && bar.total === before.total && !nested);
    this.named = { number, done: bar.done, total: bar.total, counts };
    // Its first text with a number is of the next epoch.
    if (counts) return this.readCounter(before.counts ? bar : { ...bar, description: '', metrics: {} });
    const { index, of } = this.base.read(number, match[2] === undefined ? null : Number(match[2]));
    const complete = bar.done >= bar.total;
    const metrics = complete
      ? { ...findMetrics(bar.description.slice(match.index + match[0].length)), ...bar.metrics }
      : {};
    return [{ unit: 'epoch', epoch: complete ? index : index - 1, of, metrics }];
  }

  private readSteps(bar: ProgressBar, nested: boolean, isOther: boolean): readonly ProgressUpdate[] {
    const text = bar.description.replace(/\d[\d.e+-]*/g, '#');
    const { main } = this;
    if (main === null || !this.isMain(main, bar, text, nested, isOther)) {
      if (isOther) return [];
      if (main !== null && main.done < main.total && !this.isGivenUp(`${text} ${bar.total}`, bar)) return [];
      this.other = null;
      this.main = { total: bar.total, nested, text, textChanges: false, done: bar.done, passes: 0 };
      return [stepUpdate(bar)];
    }
    if (text !== main.text) main.textChanges = true;
    main.text = text;
    if (bar.done !== main.done) this.other = null;
    const restarted = bar.done < main.done;
    const moved = Math.floor((bar.done * 100) / bar.total) !== Math.floor((main.done * 100) / bar.total);
    const complete = bar.done >= bar.total;
    const completedNow = complete && main.done < main.total;
    if (restarted && main.done >= main.total) main.passes += 1;
    main.done = bar.done;
    if (main.passes === 0) return moved || complete ? [stepUpdate(bar)] : [];
    if (restarted) return [{ unit: 'epoch', epoch: main.passes, of: null, metrics: {} }];
    return completedNow ? [{ unit: 'epoch', epoch: main.passes + 1, of: null, metrics: bar.metrics }] : [];
  }

  private isMain(main: MainBar, bar: ProgressBar, text: string, nested: boolean, isOther: boolean): boolean {
    if (bar.total !== main.total || nested !== main.nested) return false;
    if (text === main.text) return true;
    const continues = bar.done >= main.done && main.done < main.total;
    // "val_loss 0.3" in the text of the main bar; a bar named after other work that starts next to it is another bar.
    if (isOther) return continues && (main.textChanges || main.text === '' || bar.done > 0);
    return continues || main.textChanges;
  }

  private isGivenUp(key: string, bar: ProgressBar): boolean {
    if (this.other?.key !== key) this.other = { key, done: bar.done, completions: 0 };
    const complete = bar.done >= bar.total;
    if (complete && (this.other.done < bar.total || this.other.completions === 0)) this.other.completions += 1;
    this.other.done = bar.done;
    return this.other.completions >= 2;
  }
}

function stepUpdate(bar: ProgressBar): ProgressUpdate {
  return { unit: 'step', epoch: bar.done, of: bar.total, metrics: bar.metrics };
}
