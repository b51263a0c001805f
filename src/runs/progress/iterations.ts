import type { FrameworkReader, ProgressNews } from './epoch-event';
import { findMetrics } from './metric-text';

/** "iter 100: loss 2.3", "step 250/5000: train loss 2.5", "loss = 0.3, step = 100 (0.5 sec)", "iter: 19  total_loss: 1.2". */
const numbered = /\b(?:global[ _])?(?:iters?|iterations?|steps?|updates?)\b[\s:#=[(]{1,8}(\d{1,9})(?![\d.]*\d)(?:\s{0,4}(?:\/|of)\s{0,4}(\d{1,9})(?!\d))?/i;
/** Words before it that make it a mention. */
const mention = /\b(?:best|resum\w*|load\w*|restor\w*|sav\w*|from|until|since|every|max\w*|min\w*|warm\w*|after|before|in|for|per|if|total|num\w*|skip\w*|checkpoint\w*|docker|test\w*)\b/i;
const lookedAt = 300;

/** Training loops that count iterations and print a known measure beside (nanoGPT, Detectron2, TensorFlow's estimators, people's own). */
export class IterationsReader implements FrameworkReader {
  read(line: string): readonly ProgressNews[] | null {
    // Cheap for the many lines that have nothing of it.
    const match = line.length < 8 || !/step|iter|update/i.test(line) ? null : numbered.exec(line.slice(0, lookedAt));
    if (match === null) return null;
    const before = line.slice(0, match.index);
    if (mention.test(before)) return null;
    const metrics = { ...findMetrics(before), ...findMetrics(line.slice(match.index + match[0].length)) };
    // "error 404" and the like are no measure on their own.
    if (!Object.keys(metrics).some((name) => !/^(?:errors?|score|return|cost|map|hits?|exact|fair)$/.test(name))) return null;
    return [{ unit: 'iteration', epoch: Number(match[1]), of: match[2] === undefined ? null : Number(match[2]), metrics }];
  }
}
