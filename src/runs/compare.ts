import { formatDuration, formatEnergy, formatMass, formatPower } from '../units/format';
import { escapeMarkdown } from '../units/markup';
import { inLine, linesOfText } from '../units/plain-text';
import { countedEnergy } from './describe';
import { metricDirection } from './metric-direction';
import type { RunRecord } from './record';

/** What of a run enters a comparison. */
export interface ComparedRun {
  readonly id: string;
  readonly name: string;
  readonly scope: RunRecord['scope'];
  readonly energyWh: number | null;
  readonly energyWhLow: number | null;
  readonly energyWhHigh: number | null;
  readonly durationSeconds: number;
  readonly averageWatts: number | null;
  readonly emissionsGrams: number | null;
}

/** A metric that both runs reached. */
export interface ComparedMetric {
  readonly name: string;
  readonly first: number;
  readonly second: number;
  /** Null when they are equal or the direction of the metric is not known. */
  readonly better: 'first' | 'second' | null;
}

/** Two runs side by side; changes are the second's figures against the first's, in percent. */
export interface Comparison {
  readonly runs: readonly [ComparedRun, ComparedRun];
  readonly change: {
    readonly energyPercent: number | null;
    readonly durationPercent: number | null;
    readonly averageWattsPercent: number | null;
    readonly emissionsPercent: number | null;
  };
  readonly metric: ComparedMetric | null;
  /** True where the run that was faster did not use less energy; null where that cannot be told. */
  readonly fasterWithoutSaving: boolean | null;
  /** What it means, one sentence each. */
  readonly sentences: readonly string[];
  /** What makes the figures less comparable, one sentence each. */
  readonly cautions: readonly string[];
}

/** Differences below this are taken as none: two runs of the same program differ as much. */
const noDifferencePercent = 5;

/** Compares two runs: energy, time, average power, emissions on the same basis, and the metric that both reached. */
export function compareRuns(first: RunRecord, second: RunRecord): Comparison {
  const runs = [compared(first), compared(second)] as const;
  const [a, b] = runs;
  const comparable = first.scope === second.scope;
  const sameBasis = first.intensity !== null && second.intensity !== null && first.intensity.basis === second.intensity.basis;
  const change = {
    energyPercent: comparable ? percent(a.energyWh, b.energyWh) : null,
    durationPercent: percent(a.durationSeconds, b.durationSeconds),
    averageWattsPercent: comparable ? percent(a.averageWatts, b.averageWatts) : null,
    emissionsPercent: comparable && sameBasis ? percent(a.emissionsGrams, b.emissionsGrams) : null,
  };
  const metric = commonMetric(first, second);
  const fasterWithoutSaving = fasterDidNotSave(change.energyPercent, change.durationPercent);
  return {
    runs,
    change,
    metric,
    fasterWithoutSaving,
    sentences: sentences(runs, change, metric, fasterWithoutSaving),
    cautions: cautions(first, second, sameBasis),
  };
}

function compared(record: RunRecord): ComparedRun {
  const { total, low, high } = countedEnergy(record);
  return {
    id: record.id,
    name: record.name,
    scope: record.scope,
    energyWh: total,
    energyWhLow: low,
    energyWhHigh: high,
    durationSeconds: record.durationSeconds,
    averageWatts: record.averageWatts,
    emissionsGrams: record.emissionsGrams?.value ?? null,
  };
}

/** Null where one is unknown or there is nothing to divide by. */
function percent(from: number | null, to: number | null): number | null {
  return from === null || to === null || from <= 0 ? null : (to / from - 1) * 100;
}

function fasterDidNotSave(energy: number | null, duration: number | null): boolean | null {
  if (energy === null || duration === null) return null;
  if (duration < -noDifferencePercent) return energy > -noDifferencePercent;
  // The first was faster: its energy against the second's.
  if (duration > noDifferencePercent) return energy < noDifferencePercent;
  return false;
}

/** The watched metric where both watched the same, else one that both told last. */
function commonMetric(first: RunRecord, second: RunRecord): ComparedMetric | null {
  const [a, b] = [first.progress, second.progress];
  if (a === undefined || b === undefined) return null;
  if (a.best !== null && b.best !== null && a.best.metric === b.best.metric) return metricOf(a.best.metric, a.best.value, b.best.value);
  for (const [name, value] of Object.entries(a.metrics)) {
    const other = b.metrics[name];
    if (other !== undefined && metricDirection(name) !== null) return metricOf(name, value, other);
  }
  return null;
}

function metricOf(name: string, first: number, second: number): ComparedMetric {
  const direction = metricDirection(name);
  if (direction === null || first === second) return { name, first, second, better: null };
  return { name, first, second, better: (direction === 'higher') === first > second ? 'first' : 'second' };
}

function sentences(
  [a, b]: readonly [ComparedRun, ComparedRun],
  { energyPercent, durationPercent }: Comparison['change'],
  metric: ComparedMetric | null,
  fasterWithoutSaving: boolean | null,
): string[] {
  const told: string[] = [];
  const [first, second] = a.name === b.name ? ['the first run', 'the second run'] : [a.name, b.name];
  if (durationPercent !== null) {
    const energy = energyPercent === null ? '; their energy cannot be compared' : ` and used ${inWords(energyPercent, 'energy')}`;
    told.push(`Against ${first}, ${second} took ${inWords(durationPercent, 'time')}${energy}.`);
  }
  if (fasterWithoutSaving === true) {
    const [fast, slow] = a.durationSeconds < b.durationSeconds ? [a, b] : [b, a];
    told.push(`Faster did not mean less energy: it drew ${formatPower(fast.averageWatts)} instead of ${formatPower(slow.averageWatts)} on average.`);
  }
  if (metric !== null) {
    const better = metric.better === null ? '' : `, better in ${metric.better === 'first' ? first : second}`;
    told.push(`${metric.name} reached ${shown(metric.first)} and ${shown(metric.second)}${better}.`);
  }
  return told;
}

function inWords(change: number, what: string): string {
  if (Math.abs(change) <= noDifferencePercent) return `about the same ${what}`;
  // "900 % more" is hard to read.
  if (change >= 100) return `${Number((change / 100 + 1).toPrecision(2))} times the ${what}`;
  return `${Math.round(Math.abs(change))} % ${change > 0 ? 'more' : 'less'} ${what}`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function cautions(first: RunRecord, second: RunRecord, sameBasis: boolean): string[] {
  const told: string[] = [];
  if (first.scope !== second.scope) told.push('One counts the run\'s share and the other the whole machine, so their energy is not compared.');
  if (methodsOf(first) !== methodsOf(second)) told.push('Their energy comes from different sources, so a part of the difference may be the sources\'.');
  if (first.intensity !== null && second.intensity !== null) {
    if (!sameBasis) told.push(`Their emissions rest on different bases (${first.intensity.basis} and ${second.intensity.basis}) and are not compared.`);
    else if (first.intensity.gramsPerKWh !== second.intensity.gramsPerKWh || first.pue !== second.pue) {
      told.push('They ran on grids or in buildings with different figures: emissions differ for that reason too.');
    }
  }
  for (const { status, exitCode, name } of [first, second]) {
    if (status === 'running') told.push(`${name} still goes on.`);
    else if (status === 'interrupted') told.push(`${name} was interrupted, so its figures are those up to then.`);
    else if (exitCode !== null && exitCode !== 0) told.push(`${name} ended with exit code ${exitCode}.`);
  }
  for (const { gaps, name } of [first, second]) if (gaps.length > 0) told.push(`${name} has gaps in its measurement.`);
  return told;
}

function methodsOf({ sources }: RunRecord): string {
  return [...new Set(sources.map(({ component, method }) => `${component} ${method}`))].sort().join(', ');
}

function rowsOf({ runs: [a, b], metric }: Comparison): (readonly [string, string, string])[] {
  return [
    ['Energy', formatEnergy(a.energyWh), formatEnergy(b.energyWh)],
    ['Time', formatDuration(a.durationSeconds), formatDuration(b.durationSeconds)],
    ['Power', formatPower(a.averageWatts), formatPower(b.averageWatts)],
    ['Emissions', formatMass(a.emissionsGrams), formatMass(b.emissionsGrams)],
    ...(metric === null ? [] : [[metric.name, shown(metric.first), shown(metric.second)] as const]),
  ];
}

/** The comparison as Markdown, for the editor. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { runs: [a, b], sentences: told, cautions: warned } = comparison;
  const row = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [
    `# ${escapeMarkdown(a.name)} and ${escapeMarkdown(b.name)}`,
    told.map(escapeMarkdown).join('\n\n'),
    [row(['', a.name, b.name]), '|:--|--:|--:|', ...rowsOf(comparison).map(row), row(['Record', a.id, b.id])].join('\n'),
    ...warned.map((each) => `Note: ${escapeMarkdown(each)}`),
  ].filter((part) => part !== '').join('\n\n');
}

/** The comparison as a table with its sentences, for a terminal. */
export function comparisonText(comparison: Comparison): string {
  const { runs: [a, b], sentences: told, cautions: warned } = comparison;
  const rows = [['', a.name, b.name] as const, ['', a.id, b.id] as const, ...rowsOf(comparison)].map(([name, x, y]) => [name, inLine(x), inLine(y)] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map(([name, x, y]) => `${name.padEnd(widths[0] ?? 0)}  ${x.padEnd(widths[1] ?? 0)}  ${y}`.trimEnd());
  return `${linesOfText([...table, '', ...told, ...warned.map((each) => `Note: ${each}`)])}\n`;
}
