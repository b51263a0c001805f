import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { atMost, type Fix, type Judgement, type RuleContext, type Severity } from '../../rule';
import { repetitionNote, validationNote } from '../../notes';

/** An exhaustive search that a module sets up, whatever the library. */
export interface FoundSearch {
  readonly node: Node;
  /** Combinations that are tried; null if they cannot be counted. */
  readonly candidates: number | null;
  /** How often each is fitted; null if the library does not cross-validate, or if it is not known. */
  readonly splits: number | null;
  /** Fits of one whole search. */
  readonly fits: number | null;
  /** What it tries, in a sentence with the numbers. */
  readonly sentence: string;
  /** What would need less, in a sentence; for searches that are worth a warning. */
  readonly instead: string;
  /** What to do if there is only one candidate. */
  readonly single: string;
  /** The highest severity, where something else limits the search. */
  readonly limit: Severity;
  readonly fixes: readonly Fix[];
}

export function reportSearch(module: PythonModule, context: RuleContext, found: FoundSearch): void {
  const { message, ...judgement } = judgeSearch(found, context.threshold('candidates'));
  const notes = [validationNote(module, found.node), repetitionNote(module, found.node)];
  context.report({
    node: found.node,
    ...judgement,
    message: [message, ...notes].filter((sentence) => sentence !== '').join(' '),
    fixes: tierOf(found.candidates, context.threshold('candidates')) === 'warning' ? found.fixes : [],
  });
}

function tierOf(candidates: number | null, most: number): Severity {
  return candidates === 1 ? 'information' : candidates !== null && candidates <= most ? 'hint' : 'warning';
}

/**
 * Judges a search by the number of its candidates: many or unknown, few, or only one.
 * @param most candidates that are still few
 */
export function judgeSearch(
  { candidates, splits, fits, ...found }: Omit<FoundSearch, 'node' | 'fixes'>,
  most: number,
): Judgement {
  const tier = tierOf(candidates, most);
  const advice = tier === 'warning' ? found.instead : tier === 'information' ? found.single : '';
  return {
    severity: atMost(tier, found.limit),
    message: [found.sentence, advice].filter((sentence) => sentence !== '').join(' '),
    headline: fits !== null ? `${fits} fits` : candidates !== null ? `${candidates} candidates` : 'grid search',
    estimate: { candidates, splits, fits },
  };
}

/** `72 candidates`, or what to say of a number that is not known. */
export function candidateText(candidates: number | null): string {
  if (candidates === null) return 'every combination of its grid, whose size is not known here';
  return `${candidates} candidate${candidates === 1 ? '' : 's'}`;
}
