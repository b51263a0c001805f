import { countedEnergy } from '../runs/describe';
import type { RunRecord } from '../runs/record';
import { formatEnergy, formatMass, formatShare } from '../units/format';
import type { AssessedPractice } from './assess';
import { knownEnergy } from './evidence';
import type { LintFinding, ProjectFacts } from './facts';
import type { Practice } from './practice';
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

/** Settings that RandomizedSearchCV tries unless told otherwise (scikit-learn's default of n_iter). */
const randomSearchCandidates = 10;

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
  const runs = facts.runs ?? [];
  const total = knownEnergy(runs);
  if (practice.number === 1 && facts.runs !== null && total === null) {
    return { practice, basis: 'measure-first', share: null, reason: 'No run of this project has been measured here, so nobody can tell yet what the other practices would save.' };
  }
  const findings = (facts.lint?.findings ?? []).filter(({ rule }) => practice.rules.includes(rule));
  const saving = total === null ? null : savingOf(practice, findings, runs, total, facts);
  if (saving !== null) return saving;
  const concerned = total === null ? null : concernedBy(practice, findings, runs, total);
  if (concerned !== null) return concerned;
  const against = evidence.filter(({ verdict }) => verdict === 'against');
  if (against.length > 0) {
    const found = against.map(({ text }) => text).join('; ');
    return { practice, basis: 'findings', share: null, reason: `Found: ${found}. What it costs is not known, since no run of that code has been measured here.` };
  }
  return { practice, basis: 'published', share: null, reason: publishedReason(practice) };
}

function savingOf(practice: Practice, findings: readonly LintFinding[], runs: readonly RunRecord[], total: number, facts: ProjectFacts): Suggestion | null {
  if (practice.number === 8 && facts.region !== null) return regionSaving(practice, facts.region, runs);
  if (practice.number === 16) return searchSaving(practice, findings, runs, total);
  return null;
}

function regionSaving(practice: Practice, region: NonNullable<ProjectFacts['region']>, runs: readonly RunRecord[]): Suggestion | null {
  const { from, to, fromGramsPerKWh, toGramsPerKWh, source } = region;
  const energy = knownEnergy(runs);
  const share = 1 - toGramsPerKWh / fromGramsPerKWh;
  if (energy === null || !(share > 0)) return null;
  const saved = (energy / 1000) * (fromGramsPerKWh - toGramsPerKWh);
  return {
    practice,
    basis: 'saving',
    share,
    reason: `${to} emits ${formatFigure(toGramsPerKWh)} g per kWh and ${from} ${formatFigure(fromGramsPerKWh)} g (${source}). For the ${formatEnergy(energy)} measured here that would save ${formatMass(saved)}, ${formatShare(share)}, if your limits allow it.`,
  };
}

/** A search in a file that was measured: what fewer fits of the same cost would have used. */
function searchSaving(practice: Practice, findings: readonly LintFinding[], runs: readonly RunRecord[], total: number): Suggestion | null {
  const options = findings.flatMap((finding) => {
    const fits = finding.estimate?.['fits'];
    const splits = finding.estimate?.['splits'];
    const used = knownEnergy(runsOf(finding, runs));
    if (typeof fits !== 'number' || typeof splits !== 'number' || used === null) return [];
    const fewer = randomSearchCandidates * splits + 1;
    if (fewer >= fits) return [];
    return [{ finding, fits, fewer, used, saved: used * (1 - fewer / fits) }];
  });
  const best = options.reduce<(typeof options)[number] | null>((a, b) => (a === null || b.saved > a.saved ? b : a), null);
  if (best === null || !(total > 0)) return null;
  const { finding, fits, fewer, used, saved } = best;
  return {
    practice,
    basis: 'saving',
    share: saved / total,
    reason: `The runs of ${baseName(finding.path)} used ${formatEnergy(used)} for searches of ${fits} fits. A random search of ${randomSearchCandidates} settings makes ${fewer}: about ${formatEnergy(saved)} less, ${formatShare(saved / total)} of all that was measured here, if each fit costs the same and the search is most of the run.`,
  };
}

function concernedBy(practice: Practice, findings: readonly LintFinding[], runs: readonly RunRecord[], total: number): Suggestion | null {
  const files = [...new Set(findings.map(({ path }) => baseName(path)))].sort();
  const concerned = runs.filter((run) => files.some((file) => isRunOf(file, run)));
  const used = knownEnergy(concerned);
  if (used === null || !(total > 0) || !(used > 0)) return null;
  return {
    practice,
    basis: 'energy',
    share: used / total,
    reason: `${findings.length} ${findings.length === 1 ? 'finding concerns' : 'findings concern'} code whose ${concerned.length} ${concerned.length === 1 ? 'run' : 'runs'} used ${formatEnergy(used)}, ${formatShare(used / total)} of all that was measured here (${files.join(', ')}). How much of it can be saved is not known.`,
  };
}

function publishedReason(practice: Practice): string {
  const figure = practice.figures[0];
  return figure === undefined
    ? 'Nothing was found in this project that tells what it would save.'
    : `Nothing was found in this project that tells what it would save. Published: ${figure.text} (${sources[figure.source].name})`;
}

function runsOf(finding: LintFinding, runs: readonly RunRecord[]): RunRecord[] {
  return runs.filter((run) => isRunOf(baseName(finding.path), run));
}

/** Runs are named after their script; a name given by a person is looked past to the command line. */
function isRunOf(file: string, run: RunRecord): boolean {
  return countedEnergy(run).total !== null && (run.name === file || (run.command ?? []).some((word) => baseName(word) === file));
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function formatFigure(value: number): string {
  return value < 100 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}
