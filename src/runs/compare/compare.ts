import { about, digitsWithin, energiesAlike, massesAlike } from '../../present/quantities';
import { labelsApart } from '../command/run-label';
import { dayAndClock, formatDuration, formatPower, toDigits } from '../../present/words';
import { escapeMarkdown } from '../../present/markup';
import { inLine, linesOfText } from '../../present/plain-text';
import { boundaryName } from '../cluster/boundary';
import { countedEnergy, howItEnded, isModelled } from '../describe';
import { metricDirection } from '../training/metric-direction';
import { unitName, type ProgressUnit } from '../progress/epoch-event';
import { english, localisable, type Translate } from '../../present/l10n';
import type { RunRecord } from '../record';
import { commonResults, resultOf } from '../results';
import { sameWork, workDone, type WorkAnswer } from './same-work';
import { scaleRatio, sideOf, tellApart, type Apart, type Noise, type Ratio, type Side } from './tell-apart';

/** The fields of a run that a comparison uses. */
interface ComparedRun {
  readonly id: string;
  readonly name: string;
  /** With its arguments, or its start if they have the same ones. */
  readonly label: string;
  readonly scope: RunRecord['scope'];
  readonly energyWh: number | null;
  readonly energyWhLow: number | null;
  readonly energyWhHigh: number | null;
  readonly durationSeconds: number;
  readonly averageWatts: number | null;
  readonly emissionsGrams: number | null;
  readonly emissionsGramsLow: number | null;
  readonly emissionsGramsHigh: number | null;
  /** True if any part of the figures is not measured. */
  readonly isModelled: boolean;
}

/** A metric that both runs reached. */
export interface ComparedMetric {
  readonly name: string;
  readonly first: number;
  readonly second: number;
  /** Null if they are practically equal, or if the direction of the metric is not known. */
  readonly better: 'first' | 'second' | null;
}

/** Energy for each epoch, round or step, including start and end of the run. */
interface PerUnit {
  readonly unit: ProgressUnit;
  readonly counts: readonly [number, number];
  /** Watt-hours per unit. */
  readonly energyWh: readonly [number, number];
  readonly ratio: Ratio | null;
  readonly verdict: Side;
}

/** Two runs side by side; changes are from the first to the second, in percent. */
interface Comparison {
  readonly runs: readonly [ComparedRun, ComparedRun];
  readonly change: {
    readonly energyPercent: number | null;
    readonly durationPercent: number | null;
    readonly averageWattsPercent: number | null;
    readonly emissionsPercent: number | null;
  };
  /** The second's energy divided by the first's; null if they cannot be compared. */
  readonly ratio: Ratio | null;
  readonly durationRatio: Ratio | null;
  /** Whether the second used less or more energy than the first, if that is certain and they did the same work. */
  readonly verdict: Side | 'not the same work';
  readonly work: WorkAnswer;
  /** How much single runs of the same work differ, and from how many repetitions that is known. */
  readonly noise: Noise;
  /** Null if their output does not show how much they did in a common unit. */
  readonly perUnit: PerUnit | null;
  readonly metric: ComparedMetric | null;
  /** True if the faster run did not use less energy; null if that is uncertain. */
  readonly fasterWithoutSaving: boolean | null;
  /** The results, one sentence each. */
  readonly sentences: readonly string[];
  /** How certain the results are, one sentence each. */
  readonly certainty: readonly string[];
  /** What makes the figures less comparable, one sentence each. */
  readonly cautions: readonly string[];
}

/** A comparison before it is put into words. */
type Findings = Omit<Comparison, 'sentences' | 'certainty' | 'cautions'>;

/** Trainings that differ only in their seed differ by more than this part of a metric. */
export const sameMetric = 0.005;

/** Smaller differences of time count as none: time is exact, but less does not matter. */
const noDifferencePercent = 5;

/**
 * Compares two runs: whether they did the same work and whether their figures differ for certain, energy, time,
 * average power, emissions on the same basis, energy per unit of work, and the metric that both reached.
 *
 * @param history the other recorded runs; repetitions among them show how much single runs differ
 * @param t for `sentences`; how certain they are stays English, as in the terminal
 */
export function compareRuns(
  first: RunRecord,
  second: RunRecord,
  history: readonly RunRecord[] = [],
  t: Translate = english,
  called: Called | null = null,
): Comparison {
  const [label, otherLabel] = labelsApart(first, second, dayAndClock);
  const runs = [compared(first, label), compared(second, otherLabel)] as const;
  const [a, b] = runs;
  const comparable = first.scope === second.scope;
  const sameBasis =
    first.intensity !== null && second.intensity !== null && first.intensity.basis === second.intensity.basis;
  const change = {
    energyPercent: comparable ? percent(a.energyWh, b.energyWh) : null,
    durationPercent: percent(a.durationSeconds, b.durationSeconds),
    averageWattsPercent: comparable ? percent(a.averageWatts, b.averageWatts) : null,
    emissionsPercent: comparable && sameBasis ? percent(a.emissionsGrams, b.emissionsGrams) : null,
  };
  const apart = tellApart(first, second, history);
  const work = sameWork(first, second, t);
  const findings: Findings = {
    runs,
    change,
    ratio: apart.energy,
    durationRatio: apart.time,
    verdict: work.answer === 'different' ? 'not the same work' : sideOf(apart.energy),
    work,
    noise: apart.energyNoise,
    perUnit: perUnitOf(first, second, apart),
    metric: commonMetric(first, second),
    fasterWithoutSaving: work.answer === 'different' ? null : fasterDidNotSave(apart),
  };
  return {
    ...findings,
    sentences: resultSentences(findings, t, called ?? calledByNames(runs, t)),
    certainty: certainty(findings, apart),
    cautions: cautions(first, second, sameBasis),
  };
}

function perUnitOf(first: RunRecord, second: RunRecord, { energy }: Apart): PerUnit | null {
  const [a, b] = [workDone(first), workDone(second)];
  const [used, usedBySecond] = [countedEnergy(first).total, countedEnergy(second).total];
  if (
    a === null ||
    b === null ||
    a.unit !== b.unit ||
    used === null ||
    usedBySecond === null ||
    first.scope !== second.scope
  )
    return null;
  const ratio = energy === null ? null : scaleRatio(energy, a.count / b.count);
  return {
    unit: a.unit,
    counts: [a.count, b.count],
    energyWh: [used / a.count, usedBySecond / b.count],
    ratio,
    verdict: sideOf(ratio),
  };
}

function compared(record: RunRecord, label: string): ComparedRun {
  const { total, low, high } = countedEnergy(record);
  return {
    id: record.id,
    name: record.name,
    label,
    scope: record.scope,
    energyWh: total,
    energyWhLow: low,
    energyWhHigh: high,
    durationSeconds: record.durationSeconds,
    averageWatts: record.averageWatts,
    emissionsGrams: record.emissionsGrams?.value ?? null,
    emissionsGramsLow: record.emissionsGrams?.low ?? null,
    emissionsGramsHigh: record.emissionsGrams?.high ?? null,
    isModelled: isModelled(record),
  };
}

/** Null if one is unknown or the first is 0. */
function percent(from: number | null, to: number | null): number | null {
  return from === null || to === null || from <= 0 ? null : (to / from - 1) * 100;
}

/** Null if one was faster and the energies do not differ for certain. */
function fasterDidNotSave({ energy, time }: Apart): boolean | null {
  if (energy === null || time === null) return null;
  const duration = sideOf(time);
  if (duration === 'cannot tell') return false;
  const side = sideOf(energy);
  return side === 'cannot tell' ? null : side !== duration;
}

/** The final result that says most, else the watched metric if both watched the same, else one that both reported last. */
export function commonMetric(first: RunRecord, second: RunRecord): ComparedMetric | null {
  const [best] = commonResults([first, second]);
  if (best !== undefined) return metricOf(best, resultOf(first, best), resultOf(second, best));
  const [a, b] = [first.progress, second.progress];
  if (a === undefined || b === undefined) return null;
  if (a.best !== null && b.best !== null && a.best.metric === b.best.metric)
    return metricOf(a.best.metric, a.best.value, b.best.value);
  for (const [name, value] of Object.entries(a.metrics)) {
    const other = b.metrics[name];
    if (other !== undefined && metricDirection(name) !== null) return metricOf(name, value, other);
  }
  return null;
}

/** Two values of a metric, and which is better. */
export function metricOf(name: string, first: number, second: number): ComparedMetric {
  const direction = metricDirection(name);
  const isClose = Math.abs(first - second) <= sameMetric * Math.max(Math.abs(first), Math.abs(second));
  if (direction === null || isClose || !Number.isFinite(first - second)) return { name, first, second, better: null };
  return { name, first, second, better: (direction === 'higher') === first > second ? 'first' : 'second' };
}

/** How sentences name the two runs; `subject` is the first one at the beginning of a sentence. */
interface Called {
  readonly subject: string;
  readonly first: string;
  readonly second: string;
}

function calledByNames([a, b]: Findings['runs'], t: Translate): Called {
  return a.name === b.name
    ? { subject: t('The first run'), first: t('the first run'), second: t('the second run') }
    : { subject: a.name, first: a.name, second: b.name };
}

function resultSentences(findings: Findings, t: Translate, { subject, first, second }: Called): string[] {
  const { runs, change, ratio, durationRatio, verdict, work, perUnit, metric, fasterWithoutSaving } = findings;
  const sentences: string[] = [];
  const [a, b] = runs;
  if (verdict === 'not the same work') {
    sentences.push(
      t(
        '{0} and {1} did not do the same work: {2}. Their energy and time do not show which one is better.',
        subject,
        second,
        work.reason,
      ),
    );
  } else if (change.durationPercent !== null) {
    const time = timeInWords(change.durationPercent, sideOf(durationRatio), t);
    sentences.push(timeAndEnergy([first, second, time], change.energyPercent, ratio, t));
  }
  if (perUnit !== null) {
    const [one, other] = perUnit.energyWh;
    const [shownOne, shownOther] = bothMarked(runs, energiesPerUnit(runs, perUnit));
    const apart =
      perUnit.verdict === 'cannot tell'
        ? t('too close to call')
        : changeIn((other / one - 1) * 100, energyOfOne, t, second);
    const unit = unitName(perUnit.unit, 1, t);
    sentences.push(t('For each {0}, {1} used {2} and {3} {4}: {5}.', unit, first, shownOne, second, shownOther, apart));
  }
  if (verdict !== 'not the same work' && fasterWithoutSaving !== false && ratio !== null && durationRatio !== null) {
    const [fast, slow] = a.durationSeconds < b.durationSeconds ? [a, b] : [b, a];
    sentences.push(
      t(
        fasterWithoutSaving === true
          ? 'Faster did not mean less energy: it drew {0} instead of {1} on average.'
          : 'It is uncertain whether the faster run saved energy: it drew {0} instead of {1} on average.',
        formatPower(fast.averageWatts),
        formatPower(slow.averageWatts),
      ),
    );
  }
  if (metric !== null) {
    const isOpen =
      metricDirection(metric.name) !== null &&
      metric.first !== metric.second &&
      Number.isFinite(metric.first - metric.second);
    const figures = [metric.name, shown(metric.first), shown(metric.second)];
    if (metric.better !== null)
      sentences.push(
        t('{0} reached {1} and {2}, better in {3}.', ...figures, metric.better === 'first' ? first : second),
      );
    else if (isOpen) sentences.push(t('{0} reached {1} and {2}, too close to call.', ...figures));
    else if (figures[1] === figures[2]) sentences.push(t('{0} reached {1} in both.', ...figures.slice(0, 2)));
    else sentences.push(t('{0} reached {1} and {2}.', ...figures));
  }
  return sentences;
}

function timeInWords(change: number, side: Side, t: Translate): string {
  if (Math.abs(change) <= noDifferencePercent) return t('about the same time');
  const time = changeIn(change, timeTexts, t);
  return side === 'cannot tell' ? t('{0} (no more than repeated runs differ)', time) : time;
}

function timeAndEnergy(
  told: readonly [first: string, second: string, time: string],
  change: number | null,
  ratio: Ratio | null,
  t: Translate,
): string {
  if (change === null || ratio === null)
    return t('Against {0}, {1} took {2}; their energy cannot be compared.', ...told);
  if (sideOf(ratio) !== 'cannot tell')
    return t('Against {0}, {1} took {2} and used {3}.', ...told, changeIn(change, energyTexts, t));
  const figures =
    Math.abs(change) < 0.5
      ? t('the figures are equal')
      : t('the figures differ by {0} %', Math.round(Math.abs(change)));
  return t('Against {0}, {1} took {2}; their energy is too close to call ({3}).', ...told, figures);
}

interface ChangeTexts {
  readonly times: string;
  readonly more: string;
  readonly less: string;
}

const timeTexts: ChangeTexts = localisable({
  times: '{0} times the time',
  more: '{0} % more time',
  less: '{0} % less time',
});
const energyTexts: ChangeTexts = localisable({
  times: '{0} times the energy',
  more: '{0} % more energy',
  less: '{0} % less energy',
});
const energyOfOne: ChangeTexts = localisable({
  times: '{0} times the energy in {1}',
  more: '{0} % more energy in {1}',
  less: '{0} % less energy in {1}',
});

function changeIn(change: number, { times, more, less }: ChangeTexts, t: Translate, run = ''): string {
  // "900 % more" is hard to read.
  if (change >= 100) return t(times, toDigits(change / 100 + 1, 2), run);
  return t(change > 0 ? more : less, Math.round(Math.abs(change)), run);
}

/** How certain the comparison is: the work, the limits of the ratio, and where they come from. */
function certainty({ ratio, verdict, work, noise }: Findings, { sharesErrors }: Apart): string[] {
  const sentences: string[] = [];
  if (work.answer === 'unknown' && verdict !== 'not the same work')
    sentences.push(`It is unknown whether they did the same work: ${work.reason}.`);
  if (ratio === null) return sentences;
  const digits = ratio.high === null ? leastDigits : Math.max(leastDigits, digitsWithin(ratio));
  const factor = (value: number): string => toDigits(value, digits);
  const limits =
    ratio.high === null ? `at least ${factor(ratio.low)}` : `${factor(ratio.low)} to ${factor(ratio.high)}`;
  const reach = `a factor of up to ${toDigits(noise.factor, 3)}`;
  const from =
    noise.repetitions > 0
      ? `in ${noise.repetitions} recorded repetitions, single runs differ by ${reach}`
      : `single runs of the same program usually differ by ${reach}; record each three times or more for a better estimate`;
  const errors = sharesErrors
    ? 'Both use the same sources on the same machine, so most errors are the same in both'
    : 'They use different sources or machines, so the limits of both count in full';
  sentences.push(`The ratio of their energies is ${factor(ratio.value)} (${limits}). ${errors}; ${from}.`);
  return sentences;
}

/** With one digit, limits around 1 would all be 1. */
const leastDigits = 2;

/** The value of a metric. */
function shown(value: number): string {
  return toDigits(value, 4);
}

function whose(record: RunRecord): string {
  return record.scope === 'run' && record.cluster === undefined ? "the run's share" : boundaryName(record);
}

function cautions(first: RunRecord, second: RunRecord, sameBasis: boolean): string[] {
  const sentences: string[] = [];
  if (first.scope !== second.scope)
    sentences.push(
      `The first counts ${whose(first)} and the second ${whose(second)}, so their energy is not compared.`,
    );
  if (methodsOf(first) !== methodsOf(second))
    sentences.push('Their energy comes from different sources, which may explain part of the difference.');
  if (first.intensity !== null && second.intensity !== null) {
    if (!sameBasis)
      sentences.push(
        `Their emissions use different bases (${first.intensity.basis} and ${second.intensity.basis}) and are not compared.`,
      );
    else if (first.intensity.gramsPerKWh !== second.intensity.gramsPerKWh || first.pue !== second.pue) {
      sentences.push(
        'They ran on different grids or in data centres with a different PUE, so emissions differ for that reason too.',
      );
    }
  }
  for (const run of [first, second]) {
    const { status, name } = run;
    const ended = howItEnded(run);
    if (status === 'running') sentences.push(`${name} is still in progress.`);
    else if (ended?.isFailure === true) sentences.push(`${name} ended with ${ended.text}.`);
    else if (ended !== null) sentences.push(`${name} was ${ended.text}, so its figures end there.`);
  }
  for (const { gaps, name } of [first, second])
    if (gaps.length > 0) sentences.push(`${name} has gaps in its measurement.`);
  return sentences;
}

function methodsOf({ sources }: RunRecord): string {
  return [...new Set(sources.map(({ component, method }) => `${component} ${method}`))].sort().join(', ');
}

function rowsOf({ runs, perUnit, metric }: Comparison): (readonly [string, string, string])[] {
  const [a, b] = runs;
  const marked = (texts: readonly string[]): readonly [string, string] => bothMarked(runs, texts);
  return [
    ['Energy', ...marked(energiesAlike(runs.map(energyOf)))],
    ...(perUnit === null ? [] : [[`Energy per ${perUnit.unit}`, ...marked(energiesPerUnit(runs, perUnit))] as const]),
    ['Time', formatDuration(a.durationSeconds), formatDuration(b.durationSeconds)],
    ['Power', ...marked([formatPower(a.averageWatts), formatPower(b.averageWatts)])],
    ['Emissions', ...marked(massesAlike(runs.map(emissionsOf)))],
    ...(metric === null ? [] : [[metric.name, shown(metric.first), shown(metric.second)] as const]),
  ];
}

const energyOf = ({ energyWh, energyWhLow, energyWhHigh }: ComparedRun) => ({
  value: energyWh,
  low: energyWhLow,
  high: energyWhHigh,
});

const emissionsOf = ({ emissionsGrams, emissionsGramsLow, emissionsGramsHigh }: ComparedRun) => ({
  value: emissionsGrams,
  low: emissionsGramsLow,
  high: emissionsGramsHigh,
});

/** How much is done is exact, so the limits are those of the energy. */
function energiesPerUnit(runs: Comparison['runs'], { energyWh }: Pick<PerUnit, 'energyWh'>): readonly string[] {
  return energiesAlike(runs.map((run, index) => ({ ...energyOf(run), value: energyWh[index] ?? null })));
}

/** A figure of each run, with "~" where it is not measured; the unknown needs no mark. */
function bothMarked(
  [a, b]: Comparison['runs'],
  [first = '', second = '']: readonly string[],
): readonly [string, string] {
  const marked = (run: ComparedRun, text: string): string => about(run.isModelled && !text.startsWith('–'), text);
  return [marked(a, first), marked(b, second)];
}

/** "train.py: --seed 1 and --seed 2": the name of both once. */
function titleOf(a: ComparedRun, b: ComparedRun): string {
  const rest = ({ name, label }: ComparedRun): string => label.slice(name.length).replace(/^,? /, '');
  return a.name === b.name && rest(a) !== '' && rest(b) !== ''
    ? `${a.name}: ${rest(a)} and ${rest(b)}`
    : `${a.label} and ${b.label}`;
}

/** The comparison as Markdown, for the editor. */
export function comparisonMarkdown(comparison: Comparison): string {
  const {
    runs: [a, b],
    sentences: sentences,
    certainty: sure,
    cautions: warned,
  } = comparison;
  const row = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [
    `# ${escapeMarkdown(titleOf(a, b))}`,
    [...sentences, ...sure].map(escapeMarkdown).join('\n\n'),
    [row(['', 'First run', 'Second run']), '|:--|--:|--:|', ...rowsOf(comparison).map(row)].join('\n'),
    ...warned.map((each) => `Note: ${escapeMarkdown(each)}`),
    // In the table two ids would need more room than a narrow page has.
    `Records: ${escapeMarkdown(a.id)} and ${escapeMarkdown(b.id)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The comparison as a table with its sentences, for a terminal. */
export function comparisonText(comparison: Comparison): string {
  const {
    runs: [a, b],
    sentences: sentences,
    certainty: sure,
    cautions: warned,
  } = comparison;
  const rows = [['', a.label, b.label] as const, ['', a.id, b.id] as const, ...rowsOf(comparison)].map(
    ([name, x, y]) => [name, inLine(x), inLine(y)] as const,
  );
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map(([name, x, y]) =>
    `${name.padEnd(widths[0] ?? 0)}  ${x.padEnd(widths[1] ?? 0)}  ${y}`.trimEnd(),
  );
  return `${linesOfText([...table, '', ...sentences, ...sure, ...warned.map((each) => `Note: ${each}`)])}\n`;
}
