import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { atMost, type Fix, type RuleContext, type Severity } from '../rule';
import { repetitionNote } from './wording';

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

/** Reports a search by the number of its candidates: many or unknown, few, or only one. */
export function reportSearch(module: PythonModule, context: RuleContext, found: FoundSearch): void {
  const { candidates, splits, fits } = found;
  const most = context.threshold('candidates');
  const tier: Severity = candidates === 1 ? 'information' : candidates !== null && candidates <= most ? 'hint' : 'warning';
  const advice = tier === 'warning' ? found.instead : tier === 'information' ? found.single : '';
  context.report({
    node: found.node,
    severity: atMost(tier, found.limit),
    message: [found.sentence, advice, repetitionNote(module, found.node)].filter((sentence) => sentence !== '').join(' '),
    headline: fits !== null ? `${fits} fits` : candidates !== null ? `${candidates} candidates` : 'grid search',
    estimate: { candidates, splits, fits },
    fixes: tier === 'warning' ? found.fixes : [],
  });
}

/** `72 candidates`, or what to say of a number that is not known. */
export function candidateText(candidates: number | null): string {
  if (candidates === null) return 'every combination of its grid, whose size is not known here';
  return `${candidates} candidate${candidates === 1 ? '' : 's'}`;
}
