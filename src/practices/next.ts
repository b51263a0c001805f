import { wattHoursOnce } from '../runs/measuring/counted-once';
import type { AssessedPractice } from './assess';
import type { LintFinding, ProjectFacts } from './facts';
import type { Practice } from './practice';
import { relativeFor } from './relative';
import { measuredFor, triflingWattHours, type MeasuredSaving } from './savings';
import { sources } from './sources';
import { english, type Translate } from '../present/l10n';

/**
 * The basis of a suggestion, from the strongest to the weakest: a saving computed from this project's measurements, a share of
 * whatever the code will use, measured energy of code with findings, findings without a measurement, or only published figures.
 */
export type Basis = 'saving' | 'relative' | 'energy' | 'findings' | 'published' | 'measure-first';

export interface Suggestion {
  readonly practice: Practice;
  readonly basis: Basis;
  /**
   * The share (0 to 1) that would be saved of the project's measured energy or emissions (`saving`), or of what one search or
   * job will use (`relative`), or that has findings (`energy`); null otherwise.
   */
  readonly share: number | null;
  /** The reasoning, with the numbers that it uses, in sentences. */
  readonly reason: string;
}

/** The most valuable practices that are not done, with the reasons; at most `count`. */
export function whatNext(
  assessed: readonly AssessedPractice[],
  facts: ProjectFacts,
  count = 3,
  t: Translate = english,
): readonly Suggestion[] {
  const left = assessed.filter(({ status }) => status === 'open' || status === 'contradicted');
  const suggestions = left.map((each) => suggest(each, facts, t));
  const ranked = suggestions.sort(
    (a, b) => a.rank - b.rank || (b.share ?? 0) - (a.share ?? 0) || a.practice.publishedRank - b.practice.publishedRank,
  );
  // What is known without a measurement comes first, but measuring is always among them.
  const measuring = ranked.findIndex(({ basis }) => basis === 'measure-first');
  const first = ranked.slice(0, count);
  const last = ranked[measuring];
  if (last !== undefined && measuring >= count && count > 0) first[count - 1] = last;
  return first.map(({ rank: _rank, ...suggestion }) => suggestion);
}

/** Savings below this share of the project come after larger energies whose saving is unknown. */
const smallShare = 0.05;

/**
 * The order of suggestions. Known savings come first, measured or as a share, then measuring itself, then findings that may be
 * large. Savings that are known to be negligible come after everything of unknown size.
 */
const ranks = {
  saving: 0,
  relative: 1,
  measureFirst: 2,
  energy: 3,
  small: 4,
  largeFindings: 5,
  findings: 6,
  published: 7,
  trifle: 8,
} as const;

type Ranked = Suggestion & { readonly rank: number };

function rankOf({ basis, share, trifling }: MeasuredSaving): number {
  if (trifling) return ranks.trifle;
  if (share < smallShare) return ranks.small;
  return ranks[basis];
}

/** True for findings of much work: searches with many fits, layers with many parameters. */
function isLarge({ estimate }: LintFinding): boolean {
  const [fits, parameters] = [estimate?.['fits'], estimate?.['parameters']];
  return (typeof fits === 'number' && fits >= 100) || (typeof parameters === 'number' && parameters >= 1e6);
}

function suggest({ practice, evidence }: AssessedPractice, facts: ProjectFacts, t: Translate): Ranked {
  const total = wattHoursOnce(facts.runs ?? []);
  if (practice.number === 1 && facts.runs !== null && total === null) {
    return {
      practice,
      rank: ranks.measureFirst,
      basis: 'measure-first',
      share: null,
      reason: t(
        'No run of this project has been measured here; the example and runs of other folders do not count. After the first one, the steps are ordered by the watt-hours that they save.',
      ),
    };
  }
  const findings = (facts.lint?.findings ?? []).filter(({ rule }) => practice.rules.includes(rule));
  const measured = total === null || !(total > 0) ? null : measuredFor(practice.number, facts, findings, total, t);
  const rank = findings.some(isLarge) ? ranks.largeFindings : ranks.findings;
  const relative = relativeFor(practice.number, facts, findings, t);
  // If all that was measured is next to nothing, the share says more about the runs to come.
  const saysLittle = measured === null || (measured.trifling && (total ?? 0) < triflingWattHours);
  if (saysLittle && relative !== null && relative.share >= smallShare)
    return { practice, rank: ranks.relative, basis: 'relative', ...relative };
  if (measured !== null) {
    const { basis, share, reason } = measured;
    // The runs so far may have been short, while the finding may become large.
    return {
      practice,
      rank: measured.trifling && findings.some(isLarge) ? rank : rankOf(measured),
      basis,
      share,
      reason,
    };
  }
  const against = evidence.filter(({ verdict }) => verdict === 'against');
  if (against.length > 0) {
    const found = against.map(({ text }) => text).join('; ');
    return {
      practice,
      rank,
      basis: 'findings',
      share: null,
      reason: t('Found: {0}.', found),
    };
  }
  return { practice, rank: ranks.published, basis: 'published', share: null, reason: publishedReason(practice, t) };
}

function publishedReason(practice: Practice, t: Translate): string {
  const figure = practice.figures[0];
  return figure === undefined
    ? t('Nothing in this project shows what it would save.')
    : t(
        'Nothing in this project shows what it would save. Published: {0} ({1})',
        t(figure.text),
        sources[figure.source].name,
      );
}
