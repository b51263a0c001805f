import { placeRemark } from '../place/intensity';
import type { Method } from '../power/source';
import { about, co2e, energiesAlike, energyWithin, massWithin, type ShownEstimate } from '../present/quantities';
import {
  formatDuration,
  formatEnergy,
  formatFactor,
  formatMass,
  formatPower,
  formatShare,
  toDigits,
} from '../present/words';
import { escapeMarkdown } from '../present/markup';
import { boundaryName, componentName } from './cluster/boundary';
import { clusterLines } from './cluster/cluster-words';
import { originRemark } from './origin';
import type { RunRecord } from './record';
import { english, localisable, type Translate } from '../present/l10n';

/** The name of each method for display. */
export const methodNames: Record<Method, string> = localisable({
  counter: 'measured (energy counter)',
  sensor: 'measured (power sensor)',
  calibrated: 'modelled, calibrated on this machine',
  model: 'modelled',
  assumed: 'assumed',
});

/** True if any part of the run's figure is not measured: it is then shown with "~". */
export function isModelled(record: RunRecord): boolean {
  return record.sources.some(({ method }) => method !== 'counter' && method !== 'sensor');
}

/** The energy of the scope that the record counts, in watt-hours. */
export function countedEnergy(
  record: Pick<RunRecord, 'scope' | 'energyWh' | 'machineWh'>,
): RunRecord['energyWh'] | RunRecord['machineWh'] {
  return record.scope === 'machine' ? record.machineWh : record.energyWh;
}

/**
 * The total to show as the run's figure; null if all of the processor's time is a gap: the rest, the memory model,
 * is not a figure for the run.
 */
export function shownTotal(record: Pick<RunRecord, 'scope' | 'energyWh' | 'machineWh' | 'gaps'>): number | null {
  const { total, cpu } = countedEnergy(record);
  return cpu === null && record.gaps.some(({ component }) => component === 'cpu') ? null : total;
}

/** The energy of a run as every surface shows it, "~3.2 Wh", with its range, "1.9 to 5.2 Wh". */
export function shownEnergy(record: RunRecord, t: Translate = english): ShownEstimate {
  return energyShown(headlineFigures(record), t);
}

/** The emissions of a run as every surface shows them, "~1.1 g CO₂e", with their range. */
export function shownEmissions(record: RunRecord, t: Translate = english): ShownEstimate {
  const { grams, isModelled: isAbout } = headlineFigures(record);
  if (grams === null) return { value: formatMass(null), range: null };
  const { value, range } = massWithin(grams.value, grams, t);
  return { value: `${about(isAbout, value)} ${co2e}`, range };
}

/** How a run ended, if not simply by itself: "stopped by you", "exit code 1"; null if it did, or is in progress. */
export function howItEnded(
  { status, exitCode, stoppedBy }: Pick<RunRecord, 'status' | 'exitCode' | 'stoppedBy'>,
  t: Translate = english,
): {
  readonly text: string;
  readonly isFailure: boolean;
} | null {
  if (status === 'running') return null;
  if (stoppedBy !== null)
    return { text: t(stoppedBy === 'budget' ? 'stopped at its budget' : 'stopped by you'), isFailure: false };
  if (status === 'interrupted') return { text: t('interrupted'), isFailure: false };
  if (exitCode === controlC) return { text: t('stopped with Ctrl+C'), isFailure: false };
  return exitCode === null || exitCode === 0 ? null : { text: t('exit code {0}', exitCode), isFailure: true };
}

/** 128 + the signal of Ctrl+C. */
const controlC = 130;

/** The figures of a run that its headline shows. */
export interface HeadlineFigures {
  /** On average. */
  readonly watts: number | null;
  readonly wattHours: number | null;
  /** Limits of the energy, in watt-hours. */
  readonly low: number | null;
  readonly high: number | null;
  readonly grams: RunRecord['emissionsGrams'];
  readonly isModelled: boolean;
}

export function headlineFigures(record: RunRecord): HeadlineFigures {
  const { low, high } = countedEnergy(record);
  return {
    watts: record.averageWatts,
    wattHours: shownTotal(record),
    low,
    high,
    grams: record.emissionsGrams,
    isModelled: isModelled(record),
  };
}

function energyShown(
  { wattHours, low, high, isModelled: isAbout }: Omit<HeadlineFigures, 'watts' | 'grams'>,
  t: Translate = english,
): ShownEstimate {
  const { value, range } = energyWithin(wattHours, { low, high }, t);
  return { value: wattHours === null ? value : about(isAbout, value), range };
}

/** "~41 W · ~3.2 Wh · ~1.1 g": `watts` is the recent power while a run is in progress, else the record's average. */
export function headline(record: RunRecord, watts: number | null = record.averageWatts): string {
  return headlineOf({ ...headlineFigures(record), watts });
}

/** A part of a run's energy, Wh: "~1.9 mWh", with no more digits than its total is known to. */
export function shownPart(record: RunRecord, wattHours: number | null): string {
  return marked(record, wattHours, energyWithin(wattHours, countedEnergy(record)).value);
}

/** A power of a run as every surface shows it, "~41 W"; unknown as long as its energy is. */
export function shownPower(record: RunRecord, watts: number | null = record.averageWatts): string {
  return powerShown({ watts, wattHours: shownTotal(record), isModelled: isModelled(record) });
}

function powerShown({
  watts,
  wattHours,
  isModelled: isAbout,
}: Pick<HeadlineFigures, 'watts' | 'wattHours' | 'isModelled'>): string {
  return watts === null || wattHours === null ? formatPower(null) : about(isAbout, formatPower(watts));
}

export function headlineOf(figures: HeadlineFigures): string {
  const { wattHours, grams, isModelled: isAbout } = figures;
  const parts = [powerShown(figures), energyShown(figures).value];
  if (grams !== null && wattHours !== null) parts.push(about(isAbout, massWithin(grams.value, grams).value));
  return parts.join(' · ');
}

const unitWords: Readonly<Record<string, string>> = localisable({
  MW: 'megawatts',
  kW: 'kilowatts',
  W: 'watts',
  MWh: 'megawatt-hours',
  kWh: 'kilowatt-hours',
  Wh: 'watt-hours',
  mWh: 'milliwatt-hours',
  t: 'tonnes',
  kg: 'kilograms',
  g: 'grams',
  mg: 'milligrams',
});

/** "41 W" in words, for screen readers. */
function inWords(quantity: string, t: Translate): string {
  return quantity.replace(/[A-Za-z]+$/, (unit) => t(unitWords[unit] ?? unit));
}

/** The headline in words, for screen readers. */
export function headlineInWords(
  record: RunRecord,
  watts: number | null = record.averageWatts,
  t: Translate = english,
): string {
  const energy = shownTotal(record);
  const { emissionsGrams } = record;
  const spoken = (text: string): string => inWords(about(isModelled(record), text), t).replace('~', `${t('about')} `);
  const power = watts === null || energy === null ? t('power unknown') : spoken(formatPower(watts));
  const used = energy === null ? t('energy unknown') : spoken(energyWithin(energy, countedEnergy(record)).value);
  const emitted =
    emissionsGrams === null || energy === null
      ? t('emissions unknown')
      : t('{0} of CO2 equivalent', spoken(massWithin(emissionsGrams.value, emissionsGrams).value));
  return `${record.name}: ${power}, ${used}, ${emitted}`;
}

/** The line at the end of `green-ml run`. */
export function summaryLine(record: RunRecord): string {
  const remark = originRemark(record.scopeFrom);
  const whose = `${boundaryName(record)}${remark === null ? '' : `, ${remark}`}`;
  const { range } = shownEnergy(record);
  const between = range === null ? '' : ` (${range})`;
  return `${headline(record)} in ${formatDuration(record.durationSeconds)}, ${whose}${between}${gapInWords(record)}; ${sourcesInWords(record)}; ${gridInWords(record)}`;
}

/** "; 5.5 s of the GPU could not be measured and are left out"; empty without a gap. */
function gapInWords(record: RunRecord): string {
  const seconds = gapSecondsOf(record);
  if (seconds <= 0) return '';
  const parts = [...new Set(record.gaps.map(({ component }) => component))];
  const what = parts.includes('system')
    ? ''
    : ` of the ${parts.map((part) => componentName(part, record)).join(' and ')}`;
  return `; ${formatDuration(seconds)}${what} could not be measured and are left out`;
}

/** The time in which at least one component gave no figure. Simultaneous gaps of two components count once. */
export function gapSecondsOf({ gaps, durationSeconds }: Pick<RunRecord, 'gaps' | 'durationSeconds'>): number {
  if (gaps.length === 0) return 0;
  const times = gaps
    .map(({ to, seconds }) => ({ from: Date.parse(to) - seconds * 1000, to: Date.parse(to) }))
    .sort((a, b) => a.from - b.from);
  let covered = 0;
  let until = -Infinity;
  for (const { from, to } of times) {
    covered += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return Number.isNaN(covered)
    ? Math.min(
        durationSeconds,
        gaps.reduce((sum, { seconds }) => sum + seconds, 0),
      )
    : covered / 1000;
}

/** "CPU modelled, GPU measured (power sensor)". */
export function sourcesInWords(record: RunRecord, t: Translate = english): string {
  if (record.sources.length === 0) return t('no power source');
  const byMethod = new Map<string, string[]>();
  for (const { method, component, shared } of record.sources) {
    const how = t(methodNames[method]);
    const components = byMethod.get(how) ?? [];
    // Sharing a device does not matter for the energy of the whole machine.
    const part = componentName(component, record, t);
    const name = shared === true && record.scope === 'run' ? t('{0} (shared)', part) : part;
    byMethod.set(how, components.includes(name) ? components : [...components, name]);
  }
  return [...byMethod].map(([method, components]) => `${components.join(` ${t('and')} `)} ${method}`).join(', ');
}

/** What the machine did besides this run, in words with its energy; null where it is unknown or next to nothing. */
export function machineParts(
  record: RunRecord,
  t: Translate = english,
): {
  readonly total: string;
  readonly parts: string | null;
} {
  const { machineWh, energyWh } = record;
  const { total, idle } = machineWh;
  const run = energyWh.total;
  const rest = total === null || idle === null || run === null ? null : total - idle - run;
  // Sums of modelled parts differ a little.
  const others = rest !== null && total !== null && rest > leastOthers * total ? rest : null;
  const texts = energiesAlike([
    { ...machineWh, value: total },
    { ...machineWh, value: idle },
    { ...energyWh, value: run },
    { ...machineWh, value: others },
  ]);
  const [whole, ofIdle, ofRun, ofOthers] = [total, idle, run, others].map((value, index) =>
    value === null ? null : about(isModelled(record), texts[index] ?? ''),
  );
  if (ofIdle === null || ofIdle === undefined) return { total: whole ?? formatEnergy(null), parts: null };
  const isLong = gapSecondsOf(record) > leastGap * record.durationSeconds;
  const named = [
    t('{0} idle', ofIdle),
    ...(run === null ? [] : [t('{0} this run', ofRun ?? '')]),
    ...(others === null
      ? []
      : [t(isLong ? '{0} other programs and what could not be measured' : '{0} other programs', ofOthers ?? '')]),
  ];
  return { total: whole ?? formatEnergy(null), parts: named.join(' + ') };
}

/** A smaller share of the machine's energy is rounding. */
const leastOthers = 0.005;
/** A second without a figure at the start of a run is no part of the machine's energy. */
const leastGap = 0.05;

/** What a carbon intensity counts. */
export const basisNames = localisable({ lifecycle: 'lifecycle', operational: 'operational', given: 'given' });

/** "381 g/kWh (Germany, 2025, lifecycle)" with the origin of the location. */
export function gridInWords(record: Pick<RunRecord, 'intensity' | 'pue' | 'pueFrom'>, t: Translate = english): string {
  const { intensity, pue } = record;
  if (intensity === null) return t('carbon intensity unknown for this location');
  const { zone, year, basis } = intensity;
  const remark = placeRemark(intensity, t);
  const pueRemark = originRemark(record.pueFrom, t);
  // A PUE of 1 that a file sets is shown like any other.
  const overhead = pue === 1 && pueRemark === null ? null : `PUE ${pue}`;
  const isAsGiven = zone === null && year === null && basis === 'given' && remark === null;
  // If one file sets both, it is named once.
  const remarks =
    remark !== null && remark === pueRemark
      ? [overhead, remark]
      : [remark, overhead === null || pueRemark === null ? overhead : `${overhead} ${pueRemark}`];
  const details = [
    isAsGiven ? t('as given') : null,
    zone,
    year,
    basis === 'given' ? null : t(basisNames[basis]),
    ...remarks,
  ].filter((part) => part !== null);
  return `${Math.round(intensity.gramsPerKWh)} g/kWh (${details.join(', ')})`;
}

/** "test_accuracy 0.981, test_loss 0.062"; null if its output has no results. */
export function resultsInWords({ results = {} }: Pick<RunRecord, 'results'>): string | null {
  const named = Object.entries(results).map(([name, value]) => `${name} ${toDigits(value, 4)}`);
  return named.length === 0 ? null : named.join(', ');
}

/** The whole record as Markdown, with how each figure is known. */
export function describeRun(record: RunRecord): string {
  const lines: string[] = [];
  const row = (name: string, run: number | null, machine: number | null): void => {
    const [ofRun = '', ofMachine = ''] = energiesAlike([
      { ...record.energyWh, value: run },
      { ...record.machineWh, value: machine },
    ]);
    lines.push(`| ${name} | ${marked(record, run, ofRun)} | ${marked(record, machine, ofMachine)} |`);
  };
  lines.push(`| | this run | ${record.cluster === undefined ? 'machine' : 'devices'} |`, '|:--|--:|--:|');
  row('**Energy**', record.energyWh.total, record.machineWh.total);
  row('CPU', record.energyWh.cpu, record.machineWh.cpu);
  // A machine without a GPU does not need this line.
  if (record.machineWh.gpu !== 0) row('GPU', record.energyWh.gpu, record.machineWh.gpu);
  row('Memory', record.energyWh.memory, record.machineWh.memory);
  const { idle } = record.machineWh;
  lines.push(`| of which idle | | ${marked(record, idle, energyWithin(idle, record.machineWh).value)} |`);
  const { parts } = machineParts(record);
  if (parts !== null) lines.push('', `The machine: ${parts}.`);
  const { value, range } = shownEnergy(record);
  if (range !== null)
    lines.push(
      '',
      `${value}, probably ${range}: ${shownPower(record)} on average over ${formatDuration(record.durationSeconds)}.`,
    );
  if (record.emissionsGrams !== null) {
    const emitted = shownEmissions(record);
    lines.push('', `Emissions: **${emitted.value}**${emitted.range === null ? '' : ` (${emitted.range})`}.`);
  }
  const results = resultsInWords(record);
  if (results !== null) lines.push('', `Results, read from its output: ${escapeMarkdown(results)}.`);
  lines.push('', ...sourceLines(record), gridLine(record), costLine(record));
  const code = commitInWords(record);
  if (code !== null) lines.push(`- Code: ${code}`);
  lines.push(...clusterLines(record));
  for (const note of record.notes) lines.push('', `Note: ${escapeMarkdown(note)}`);
  return lines.join('\n');
}

/** How many digits of a commit are shown: few enough to read, enough to be the only one. */
const commitDigits = 8;

/** "commit 1a2b3c4d with uncommitted changes"; null if nothing is known of a repository. */
export function commitInWords({ git }: Pick<RunRecord, 'git'>, t: Translate = english): string | null {
  if (git === null) return null;
  const commit = git.commit === null ? t('unknown commit') : t('commit {0}', git.commit.slice(0, commitDigits));
  if (git.dirty === false) return commit;
  return git.dirty === true
    ? t('{0} with uncommitted changes', commit)
    : t('{0}; whether files were changed is unknown', commit);
}

/** With "~" if the record holds anything modelled; the unknown needs no mark. */
function marked(record: RunRecord, value: number | null, text: string): string {
  return value === null ? text : about(isModelled(record), text);
}

function sourceLines(record: RunRecord): string[] {
  const isHere = record.cluster === undefined && record.job === undefined;
  const lines = isHere ? [] : [`- Counts: ${escapeMarkdown(boundaryName(record))}`];
  const sources = record.sources.map(
    ({ component, label, method, band, shared }) =>
      `- ${componentName(component, record)}: ${methodNames[method]}, ${escapeMarkdown(label)} (×${formatFactor(band.low)} to ×${formatFactor(band.high)})${shared === true ? ', shared: it does not report who uses it, so all of it counts for the runs that may use it' : ''}`,
  );
  lines.push(...sources);
  for (const { component, reason } of record.missing)
    lines.push(`- ${componentName(component, record)}: unknown, ${escapeMarkdown(reason)}`);
  if (record.gaps.length > 0) {
    const seconds = gapSecondsOf(record);
    lines.push(`- Gaps: ${formatDuration(seconds)} left out (${escapeMarkdown(record.gaps.at(-1)?.reason ?? '')})`);
  }
  return lines;
}

function gridLine(record: RunRecord): string {
  const source = record.intensity === null ? '' : `; ${escapeMarkdown(record.intensity.source)}`;
  return `- Grid: ${escapeMarkdown(gridInWords(record))}${source}`;
}

function costLine({ meter, durationSeconds }: RunRecord): string {
  if (meter.cpuSeconds === null) return '- The meter itself: unknown, because it was interrupted';
  const share = durationSeconds > 0 ? `, ${formatShare(meter.cpuSeconds / durationSeconds)} of one core` : '';
  return `- The meter itself: ${formatDuration(meter.cpuSeconds)} of CPU time${share}`;
}

/** Mean power over the last samples of a run in progress: energy / time, never one sample. Watts. */
export function recentWatts(
  samples: readonly { readonly joules: number | null; readonly seconds: number }[],
): number | null {
  let joules = 0;
  let seconds = 0;
  for (const sample of samples) {
    if (sample.joules === null) continue;
    joules += sample.joules;
    seconds += sample.seconds;
  }
  return seconds > 0 ? joules / seconds : null;
}
