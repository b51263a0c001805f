import { parseBar, type Bar } from './bar';
import type { FrameworkReader, ProgressNews } from './epoch-event';
import { EpochBase } from './epoch-base';

/** Bars that are not the training. */
const otherWork =
  /download|upload|load|fetch|map\b|filter|token|sanity|eval|valid|\bval\b|test|predict|infer|generat|resolv|extract|unpack|shard|cach|process|collect|install|creat|read|writ|sav|checkpoint|feature|embed/i;
const namedEpoch = /\bepochs?\b[\s:#[(]*(\d{1,6})(?!\d)(?:\s*(?:\/|of)\s*(\d{1,6}))?/i;

/**
 * tqdm. A bar named after one epoch ("Epoch 2/3") is that epoch; one named "Epochs" counts them; any other counts
 * steps, or, when it starts again and again, passes. Of nested bars the outermost counts.
 */
export class TqdmReader implements FrameworkReader {
  private readonly base = new EpochBase();
  /** How many epochs a bar that counts them has shown. */
  private counted: number | null = null;
  private named = false;
  private main: { readonly key: string; readonly total: number; done: number; passes: number } | null = null;
  /** Another bar that came to its end since the main one moved: twice means that the main one was given up. */
  private other: { readonly key: string; done: number; completions: number } | null = null;

  read(line: string): readonly ProgressNews[] | null {
    if (!line.includes('%|')) return null;
    const bar = parseBar(line);
    if (bar === null) return null;
    if (bar.bytes || bar.total <= 0) return [];
    const complete = bar.done >= bar.total;
    const epoch = namedEpoch.exec(bar.description);
    if (epoch !== null && !otherWork.test(bar.description)) {
      this.named = true;
      const { index, of } = this.base.read(Number(epoch[1]), epoch[2] === undefined ? null : Number(epoch[2]));
      return [{ unit: 'epoch', epoch: complete ? index : index - 1, of, metrics: complete ? bar.metrics : {} }];
    }
    if (otherWork.test(bar.description)) return [];
    if (/\bepochs?\b/i.test(bar.description)) {
      // Metrics are set before the bar moves on: they are an epoch's when its number changes.
      const moved = bar.done !== this.counted;
      this.counted = bar.done;
      return moved ? [{ unit: 'epoch', epoch: bar.done, of: bar.total, metrics: bar.done === 0 ? {} : bar.metrics }] : [];
    }
    if (this.counted !== null || this.named) return [];
    return this.readSteps(bar, complete);
  }

  private readSteps(bar: Bar, complete: boolean): readonly ProgressNews[] {
    // A description may change with every step, its numbers at least.
    const key = `${bar.description.replace(/\d[\d.e+-]*/g, '#')} ${bar.total}`;
    const { main } = this;
    if (main === null || (main.key !== key && (main.done >= main.total || this.isGivenUp(key, bar, complete)))) {
      this.other = null;
      this.main = { key, total: bar.total, done: bar.done, passes: 0 };
      return [stepNews(bar)];
    }
    if (main.key !== key) return [];
    if (bar.done !== main.done) this.other = null;
    const restarted = bar.done < main.done;
    const moved = Math.floor((bar.done * 100) / bar.total) !== Math.floor((main.done * 100) / bar.total);
    const completedNow = complete && main.done < main.total;
    if (restarted && main.done >= main.total) main.passes += 1;
    main.done = bar.done;
    if (main.passes === 0) return moved || complete ? [stepNews(bar)] : [];
    if (restarted) return [{ unit: 'epoch', epoch: main.passes, of: null, metrics: {} }];
    return completedNow ? [{ unit: 'epoch', epoch: main.passes + 1, of: null, metrics: bar.metrics }] : [];
  }

  private isGivenUp(key: string, bar: Bar, complete: boolean): boolean {
    if (this.other?.key !== key) this.other = { key, done: bar.done, completions: 0 };
    if (complete && (this.other.done < bar.total || this.other.completions === 0)) this.other.completions += 1;
    this.other.done = bar.done;
    return this.other.completions >= 2;
  }
}

function stepNews(bar: Bar): ProgressNews {
  return { unit: 'step', epoch: bar.done, of: bar.total, metrics: bar.metrics };
}
