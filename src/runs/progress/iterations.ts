import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { isHeldOut } from '../training/metric-direction';
import { findMetrics } from './metric-text';

/**
 * "iter 100: loss 2.3", "step 250/5000: train loss 2.5", "loss = 0.3, step = 100 (0.5 sec)", "iter: 19 total_loss:
 * 1.2", "Episode 10/500, reward: 21".
 */
const numbered =
  /\b(?:global[ _])?(?:iters?|iterations?|steps?|updates?|episodes?)\b[\s:#=[(]{1,8}(\d{1,9})(?![\d.]*\d)(?:\s{0,4}(?:\/|of)\s{0,9}(\d{1,9})(?!\d))?/i;
/** "[3/50] loss: 0.5" at the beginning of a line. */
const leading = /^\s{0,8}\[\s{0,8}(\d{1,9})\s{0,4}\/\s{0,4}(\d{1,9})\s{0,4}\]/;
/** Words before it that show that the number is only mentioned. */
const mention =
  /\b(?:best|resum\w*|load\w*|restor\w*|sav\w*|from|until|since|every|max\w*|min\w*|warm\w*|after|before|in|for|per|if|total|num\w*|skip\w*|checkpoint\w*|docker|test\w*)\b/i;
const searchedLength = 300;

/** Training loops that count iterations and print a known measure with them (nanoGPT, Detectron2, TensorFlow estimators, custom loops). */
export class IterationsReader implements FrameworkReader {
  read(line: string): readonly ProgressUpdate[] | null {
    // Cheap for the many lines without progress.
    const match =
      line.length < 8 || !/step|iter|update|episode|^\s{0,8}\[/i.test(line)
        ? null
        : (numbered.exec(line.slice(0, searchedLength)) ?? leading.exec(line));
    if (match === null) return null;
    const before = line.slice(0, match.index);
    if (mention.test(before)) return null;
    const after = findMetrics(line.slice(match.index + match[0].length));
    // "validation loss at iteration 100 | lm loss value: 7.0": the words before name the data of the figures.
    const set = /\b(val|valid|validation|eval|evaluation|test)\b(?![^|]{0,60}\|)/i.exec(before)?.[1]?.toLowerCase();
    const named =
      set === undefined
        ? after
        : Object.fromEntries(
            Object.entries(after).map(([name, value]) => [isHeldOut(name) ? name : `${set}_${name}`, value]),
          );
    const metrics = { ...findMetrics(before), ...named };
    // "error 404" and similar text is not a measure on its own.
    if (!Object.keys(metrics).some((name) => !/^(?:errors?|score|return|cost|map|hits?|exact|fair)$/.test(name)))
      return null;
    return [
      { unit: 'iteration', epoch: Number(match[1]), of: match[2] === undefined ? null : Number(match[2]), metrics },
    ];
  }
}
