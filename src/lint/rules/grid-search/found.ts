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
  candidates: { default: 10, unit: 'candidates', meaning: 'a grid with more candidates is a warning' },
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
type Description<Found> = (found: Found, module: PythonModule) => FoundSearch | null;

/** Judges what a description says. */
export const judged =
  <Found>(describe: Description<Found>) =>
  (given: Found, { module, threshold }: RuleContext<typeof thresholds>): Judgement<typeof messages> | null => {
    const found = describe(given, module);
    if (found === null) return null;
    const most = threshold('candidates');
    const { sentences, ...rest } = assess(found, most);
    return {
      node: found.node,
      message: 'search',
      data: [...sentences, validationNote(module, found.node), repetitionNote(module, found.node)],
      ...rest,
      fixes: tierOf(found.candidates, most) === 'warning' ? found.fixes : [],
    };
  };

function tierOf(candidates: number | null, most: number): Severity {
  return candidates === 1 ? 'information' : candidates !== null && candidates <= most ? 'hint' : 'warning';
}

interface Assessment extends Pick<Report, 'severity' | 'headline' | 'wayOut' | 'estimate'> {
  readonly sentences: readonly string[];
}

/**
 * Judges a search by the number of its candidates: many or unknown, few, or only one.
 * @param most the most candidates that count as few
 */
export function assess(
  { candidates, splits, fits, ...found }: Omit<FoundSearch, 'node' | 'fixes'>,
  most: number,
): Assessment {
  const tier = tierOf(candidates, most);
  const advice = tier === 'warning' ? found.instead : tier === 'information' ? found.single : '';
  return {
    severity: atMost(tier, found.limit),
    sentences: [found.sentence, advice],
    headline:
      fits !== null ? counted(fits, 'fit') : candidates !== null ? counted(candidates, 'candidate') : 'grid search',
    wayOut: tier === 'warning' ? wayOutOf(found.fewer, candidates, fits) : null,
    estimate: { candidates, splits, fits },
  };
}

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
