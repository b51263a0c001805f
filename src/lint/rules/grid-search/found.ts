import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { isFunction, parameterNames } from '../../../python/syntax';
import { counted, grouped } from '../../../present/words';
import type { Judgement, RuleContext } from '../../engine/define';
import { repetitionNote, validationNote } from '../../engine/notes';
import { atMost, type Fix, type Report, type Severity } from '../../engine/rule';

export const messages = {
  /** The sentences about a search; empty ones are left out. */
  search: (sentences: readonly string[]) => sentences.filter((sentence) => sentence !== '').join(' '),
};

export const thresholds = {
  candidates: { default: 10, unit: 'candidates', meaning: 'a grid with more candidates may be a warning' },
  fits: { default: 50, unit: 'fits', meaning: 'a grid that takes fewer fits is a hint' },
};

/** An exhaustive search, whatever the library. */
export interface FoundSearch {
  readonly node: Node;
  /** Combinations that it tries; null if they cannot be counted. */
  readonly candidates: number | null;
  /** How often each is fitted; null if the library does not cross-validate, or if it is not known. */
  readonly splits: number | null;
  /** Fits of one whole search. */
  readonly fits: number | null;
  /** What it tries, in a sentence with the numbers. */
  readonly sentence: string;
  /** What needs fewer fits, in a sentence; for searches that are worth a warning. */
  readonly instead: string;
  /** The same in a few words: how to search, and what that takes where it is known. */
  readonly fewer: Fewer;
  /** True if it certainly never ends by itself. */
  readonly isEndless?: boolean;
  /** What to do if there is only one candidate. */
  readonly single: string;
  /** The highest severity. It is lower if something else limits the search. */
  readonly limit: Severity;
  readonly fixes: readonly Fix[];
}

interface Fewer {
  readonly how: string;
  readonly candidates?: number | null;
  readonly fits?: number | null;
}

/** Describes what a library's query finds, for `judged`. */
type Description<Found> = (
  found: Found,
  module: PythonModule,
  context: Pick<RuleContext, 'printed' | 'took'>,
) => FoundSearch | null;

/** Judges what a description says. */
export const judged =
  <Found>(describe: Description<Found>) =>
  (given: Found, context: RuleContext<typeof thresholds>): Judgement<typeof messages> | null => {
    const { module, threshold } = context;
    const found = describe(given, module, context);
    if (found === null) return null;
    const { sentences, isMany, ...rest } = assess(found, threshold);
    return {
      node: found.node,
      message: 'search',
      data: [...sentences, validationNote(module, found.node), repetitionNote(module, found.node)],
      ...rest,
      fixes: isMany ? found.fixes : [],
    };
  };

/** A search that draws its candidates must save this share of them to be worth a warning. */
const worthwhileShare = 1 / 3;

interface Assessment extends Pick<Report, 'severity' | 'headline' | 'wayOut' | 'estimate'> {
  readonly sentences: readonly string[];
  /** True if there is another search to advise: the candidates are many, or their number is not known. */
  readonly isMany: boolean;
}

/**
 * Judges a search by what another one would save. Many candidates are a warning if they are known to take many fits, of which a
 * random search saves a good part. A grid of unknown size may be a small one, and a single candidate is no search: both are
 * information. All others are hints.
 */
export function assess(
  { candidates, splits, fits, ...found }: Omit<FoundSearch, 'node' | 'fixes'>,
  threshold: RuleContext<typeof thresholds>['threshold'],
): Assessment {
  const isMany = candidates === null || candidates > threshold('candidates');
  const isWorthwhile =
    candidates !== null &&
    (found.fewer.candidates ?? proposedDraws(candidates)) <= candidates * (1 - worthwhileShare) &&
    !isLess(fits, threshold('fits'));
  // What is not counted in full is at least a fit for each candidate.
  const isSure = isWorthwhile && !isLess(fits ?? candidates, threshold('fits'));
  const tier =
    found.isEndless === true
      ? 'warning'
      : candidates === null || candidates === 1
        ? 'information'
        : !isMany || !isWorthwhile
          ? 'hint'
          : isSure
            ? 'warning'
            : 'information';
  const advice = isMany ? found.instead : candidates === 1 ? found.single : '';
  return {
    severity: atMost(tier, found.limit),
    sentences: [found.sentence, advice],
    isMany,
    headline:
      fits !== null ? counted(fits, 'fit') : candidates !== null ? counted(candidates, 'candidate') : 'grid search',
    wayOut: isMany ? wayOutOf(found.fewer, candidates, fits) : null,
    estimate: { candidates, splits, fits },
  };
}

const isLess = (count: number | null, than: number): boolean => count !== null && count < than;

/** The number in the unit of the headline: fits if those are known, else candidates. */
function wayOutOf(fewer: Fewer, candidates: number | null, fits: number | null): string {
  const { how, candidates: fewerCandidates = null, fits: fewerFits = null } = fewer;
  const [now, then, unit] =
    fits !== null || candidates === null ? [fits, fewerFits, 'fit'] : [candidates, fewerCandidates, 'candidate'];
  if (then !== null)
    return now !== null && then >= now ? how : `${now === null ? counted(then, unit) : grouped(then)} with ${how}`;
  return fits === null && fewerCandidates !== null ? `${counted(fewerCandidates, 'candidate')} with ${how}` : how;
}

/** True if a grid is that of whoever calls the function around it, so that a grid is only one of the things it may be given. */
export function isCallersGrid(module: PythonModule, node: Node): boolean {
  const scope = module.place(node)?.scopes[0];
  return scope !== undefined && isFunction(scope) && parameterNames(scope).length > 0;
}

/** `72 candidates`, or words for an unknown number. */
export function candidateText(candidates: number | null): string {
  return candidates === null ? 'every combination of a grid of unknown size' : counted(candidates, 'candidate');
}

/** How many candidates we propose that a random search draws. */
export function proposedDraws(candidates: number | null): number {
  // With 88 % probability, 20 draws include one of the best tenth (1 - 0.9^20); 10 draws, scikit-learn's default, include one
  // of the best fifth with 89 % (1 - 0.8^10), which is fine enough for a small grid. Of a grid that only a lower threshold
  // makes large, we propose half.
  if (candidates !== null && candidates <= 10) return Math.max(1, Math.ceil(candidates / 2));
  return candidates !== null && candidates <= 40 ? 10 : 20;
}
