import type { AssessedPractice } from './assess';
import { knownEnergy } from './evidence';
import type { ProjectFacts } from './facts';
import type { Practice } from './practice';
import { measuredFor } from './savings';
import { sources } from './sources';

/**
 * What a suggestion rests on, from the strongest to the weakest: a saving computed from this project's measurements,
 * measured energy that the finding concerns, findings without a measurement, or published figures alone.
 */
export type Basis = 'saving' | 'energy' | 'findings' | 'published' | 'measure-first';

export interface Suggestion {
  readonly practice: Practice;
  readonly basis: Basis;
  /** Shares of the project's measured emissions (0 to 1) that would be saved, or that are concerned; null otherwise. */
  readonly share: number | null;
  /** The reasoning, with the numbers that it uses, in sentences. */
  readonly reason: string;
}

/**
 * For what nothing is known of in the project: first the practices with the largest published effects that every
 * project can use. Sparse networks pay for the largest models only, so they come late in spite of their figure.
 */
const publishedOrder = [8, 7, 10, 6, 14, 3, 5, 9, 12, 2, 11, 16, 4, 15, 13, 17, 1];

/** The most valuable practices that are not done, most valuable first, with the reasoning; at most `count`. */
export function whatNext(assessed: readonly AssessedPractice[], facts: ProjectFacts, count = 3): readonly Suggestion[] {
  const left = assessed.filter(({ status }) => status === 'open' || status === 'contradicted');
  const suggestions = left.map((each) => suggest(each, facts));
  const ranks: readonly Basis[] = ['measure-first', 'saving', 'energy', 'findings', 'published'];
  return suggestions
    .sort(
      (a, b) =>
        ranks.indexOf(a.basis) - ranks.indexOf(b.basis) ||
        (b.share ?? 0) - (a.share ?? 0) ||
        publishedOrder.indexOf(a.practice.number) - publishedOrder.indexOf(b.practice.number),
    )
    .slice(0, count);
}

function suggest({ practice, evidence }: AssessedPractice, facts: ProjectFacts): Suggestion {
  const total = knownEnergy(facts.runs ?? []);
  if (practice.number === 1 && facts.runs !== null && total === null) {
    return { practice, basis: 'measure-first', share: null, reason: 'No run of this project has been measured here, so nobody can tell yet what the other practices would save.' };
  }
  const findings = (facts.lint?.findings ?? []).filter(({ rule }) => practice.rules.includes(rule));
  const measured = total === null || !(total > 0) ? null : measuredFor(practice.number, facts, findings, total);
  if (measured !== null) return { practice, ...measured };
  const against = evidence.filter(({ verdict }) => verdict === 'against');
  if (against.length > 0) {
    const found = against.map(({ text }) => text).join('; ');
    return { practice, basis: 'findings', share: null, reason: `Found: ${found}. What it costs is not known, since no run of that code has been measured here.` };
  }
  return { practice, basis: 'published', share: null, reason: publishedReason(practice) };
}

function publishedReason(practice: Practice): string {
  const figure = practice.figures[0];
  return figure === undefined
    ? 'Nothing was found in this project that tells what it would save.'
    : `Nothing was found in this project that tells what it would save. Published: ${figure.text} (${sources[figure.source].name})`;
}
