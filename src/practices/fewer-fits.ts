import { proposedDraws, thresholds } from '../lint/rules/grid-search/found';
import type { LintFinding } from './facts';

/** A search, and what a random search of as many candidates as the linter proposes would take. */
interface FewerFits {
  readonly fits: number;
  readonly draws: number;
  readonly fewer: number;
}

/** Null if the finding is no search whose fits are known, or if a random search takes as many. */
export function fewerFits({ estimate }: LintFinding): FewerFits | null {
  const [candidates, splits, fits] = ['candidates', 'splits', 'fits'].map((name) => estimate?.[name] ?? null);
  // Of few candidates it saves little.
  if (typeof candidates !== 'number' || candidates <= thresholds.candidates.default || typeof fits !== 'number')
    return null;
  const each = typeof splits === 'number' ? splits : 1;
  const draws = proposedDraws(candidates);
  // What is more than each candidate on each split is refitting.
  const fewer = draws * each + Math.max(0, fits - candidates * each);
  return fewer < fits ? { fits, draws, fewer } : null;
}
