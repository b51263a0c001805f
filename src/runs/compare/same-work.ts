import { unitName, type ProgressUnit } from '../progress/epoch-event';
import type { RunRecord } from '../record';
import { english, localisable, type Translate } from '../../present/l10n';
import { toDecimals } from '../../present/words';

/** Whether two runs did the same work, with the reason: a sentence without a full stop. */
export interface WorkAnswer {
  readonly answer: 'same' | 'different' | 'unknown';
  readonly reason: string;
}

/** How much a run did, in its own units. */
interface WorkDone {
  readonly unit: ProgressUnit;
  readonly count: number;
}

/** Step counters may end a little early or late; whole epochs do not. */
const sameCount = 0.01;

/** Names of options for the amount of work: `--epochs`, `--max_steps`, `--n-trials`, `--train-frac`, and Hydra's `trainer.max_epochs`. */
const amountOption =
  /^(?:--?|\+{0,2}(?:\w{1,40}\.){0,5})(?:(?:num|n|max|total|number[-_]of)[-_]?)?(?:(?:train|training|boost)[-_]?)?(?:epochs?|steps?|iters?|iterations?|rounds?|trials?|estimators|samples|episodes?|generations?|folds?|batches|tokens|images|rows|frac|fraction|subset|limit)$/i;

/**
 * Decides from the records: how both ended, how far they came according to their output, and their command lines.
 * Runs that ended differently or reached different counts did different work. The same command that ran to its end
 * twice did the same work, unless its output says otherwise.
 */
export function sameWork(first: RunRecord, second: RunRecord, t: Translate = english): WorkAnswer {
  return byEnd(first, second, t) ?? byProgress(first, second, t) ?? byCommand(first, second, t);
}

/** The units that a run did in all its trainings; null if its output does not show them. */
export function workDone({ progress }: RunRecord): WorkDone | null {
  if (progress === undefined) return null;
  const { unit, done, of, fits } = progress;
  if (fits > 1 && of === null) return null;
  const count = fits > 1 && of !== null ? (fits - 1) * of + done : done;
  return count > 0 ? { unit, count } : null;
}

/** Whether two runs are repetitions: the same program and arguments on one machine, with the same sources, to the end. */
export function isRepetition(a: RunRecord, b: RunRecord): boolean {
  return (
    ranToItsEnd(a) && ranToItsEnd(b) && isSameProgram(a, b) && hasSameBasis(a, b) && sameWork(a, b).answer === 'same'
  );
}

/** Whether the figures of two runs have the same errors: same scope, sources and machine. */
export function hasSameBasis(a: RunRecord, b: RunRecord): boolean {
  const sources = ({ sources: all }: RunRecord): string =>
    all
      .map(({ component, method, name, band }) => [component, method, name, band.low, band.high].join())
      .sort()
      .join(';');
  const [one, other] = [a.hardware?.id ?? null, b.hardware?.id ?? null];
  return a.scope === b.scope && sources(a) === sources(b) && (one === null || other === null || one === other);
}

function byEnd(first: RunRecord, second: RunRecord, t: Translate): WorkAnswer | null {
  const [one, other] = [endOf(first), endOf(second)];
  if (one === other) return null;
  return { answer: 'different', reason: t('one {0} and the other {1}', t(one), t(other)) };
}

const ends = localisable({
  running: 'is still in progress',
  stopped: 'was stopped before its end',
  whole: 'ran to its end',
  failed: 'ended with an error',
});

function endOf({ status, exitCode }: RunRecord): string {
  if (status === 'running') return ends.running;
  if (status === 'interrupted' || (exitCode !== null && exitCode >= 128)) return ends.stopped;
  return exitCode === null || exitCode === 0 ? ends.whole : ends.failed;
}

function ranToItsEnd(record: RunRecord): boolean {
  return endOf(record) === ends.whole;
}

function byProgress(first: RunRecord, second: RunRecord, t: Translate): WorkAnswer | null {
  const [a, b] = [workDone(first), workDone(second)];
  if (a === null || b === null || a.unit !== b.unit) return null;
  if (Math.abs(a.count - b.count) > sameCount * Math.max(a.count, b.count))
    return { answer: 'different', reason: t('they did {0} and {1}', inWords(a, t), inWords(b, t)) };
  // The same number of epochs with other data or another batch size is different work.
  return isSameProgram(first, second) && ranToItsEnd(first)
    ? { answer: 'same', reason: t('both did {0} of the same program', inWords(a, t)) }
    : null;
}

function byCommand(first: RunRecord, second: RunRecord, t: Translate): WorkAnswer {
  if (!ranToItsEnd(first)) return { answer: 'unknown', reason: t('neither ran to its end') };
  if (isSameProgram(first, second)) {
    return first.command === null
      ? { answer: 'unknown', reason: t('the arguments of their program are not recorded') }
      : { answer: 'same', reason: t('both ran the same command to its end') };
  }
  const [a, b] = [first.command ?? [], second.command ?? []];
  const amounts = differentAmounts(a, b, t);
  if (amounts !== null)
    return { answer: 'different', reason: t('their commands ask for different amounts ({0})', amounts) };
  return {
    answer: 'unknown',
    reason:
      first.command === null || second.command === null
        ? t('the command of one is not recorded')
        : t('their commands differ'),
  };
}

function isSameProgram(a: RunRecord, b: RunRecord): boolean {
  if (a.command === null || b.command === null)
    return a.command === b.command && a.name === b.name && a.folder === b.folder;
  return (
    a.folder === b.folder &&
    a.command.length === b.command.length &&
    a.command.every((word, index) => word === b.command?.[index])
  );
}

/** "--epochs 20 and 10" if two command lines ask for different amounts. */
function differentAmounts(first: readonly string[], second: readonly string[], t: Translate): string | null {
  const others = amountsIn(second);
  for (const [option, amount] of amountsIn(first)) {
    const other = others.get(option);
    if (other !== undefined && other !== amount) return t('{0} {1} and {2}', option, amount, other);
  }
  return null;
}

function amountsIn(words: readonly string[]): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const [index, word] of words.entries()) {
    const [option = '', joined] = word.split('=', 2);
    // Only an option with dashes takes its value from the next word.
    const text = joined ?? (option.startsWith('-') ? words[index + 1] : undefined) ?? '';
    if (amountOption.test(option) && text !== '' && Number.isFinite(Number(text))) amounts.set(option, Number(text));
  }
  return amounts;
}

function inWords({ unit, count }: WorkDone, t: Translate): string {
  return `${toDecimals(count, 2)} ${unitName(unit, count, t)}`;
}
