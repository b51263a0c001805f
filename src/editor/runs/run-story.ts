import { compareRuns } from '../../runs/compare';
import { commitInWords, gridInWords, methodNames, shownEnergy, shownPart, sourcesInWords } from '../../runs/describe';
import type { PowerPoint } from '../../runs/power-series';
import type { RunProgress } from '../../runs/progress/run-progress';
import type { RunKind, RunRecord } from '../../runs/record';
import { boughtText, energyPerUnit, whatEnergyBought, type EnergyBought } from '../../runs/what-energy-bought';
import { clockTime, dayAndClock, formatDuration, formatFactor, formatShare, toDigits } from '../../present/words';
import { shellWord } from '../../system/shell-word';
import { joulesToWattHours } from '../../units/convert';
import type { BoughtChart, RunStory, UnitChart } from '../../webview/run/protocol';

/** The last run of the same program, with its energy over time. */
export interface EarlierSeries {
  readonly record: RunRecord;
  readonly points: readonly PowerPoint[];
}

const startedBy: Readonly<Record<RunKind, string>> = {
  debug: 'debugged',
  launch: 'run without debugging',
  task: 'run as a task',
  terminal: 'run in a terminal',
  notebook: 'run as notebook cells',
  command: 'run with green-ml run',
  manual: 'measured while it ran',
  job: 'job of a cluster, read from Slurm',
};

/** What the page tells of a run besides its figures. All texts are made here; the page only draws. */
export function runStory(
  record: RunRecord,
  progress: RunProgress | null,
  earlier: EarlierSeries | null,
  history: readonly RunRecord[],
): RunStory {
  const bought = progress === null ? null : whatEnergyBought(progress);
  return {
    command: record.command === null ? null : commandLine(record.command, record.kind),
    when: `${dayAndClock(new Date(record.startedAt))}, ${startedBy[record.kind]}${record.folder === null ? '' : ` in ${record.folder}`}`,
    bought: bought === null ? null : boughtChart(record, bought),
    units: progress === null ? null : unitChart(record, progress),
    earlier: earlier === null ? null : earlierLine(record, earlier, history),
    shades: shadesOf(record, bought),
    facts: factsOf(record),
  };
}

function boughtChart(record: RunRecord, bought: EnergyBought): BoughtChart {
  const { metric, unit, points, best, tail } = bought;
  const last = points.at(-1)?.wattHours ?? 0;
  const shown = ({ epoch, wattHours, value }: (typeof points)[number]): BoughtChart['best'] => ({
    wattHours,
    value,
    words: `${unit} ${toDigits(epoch, 4)}: ${metric} ${toDigits(value, 4)} after ${shownPart(record, wattHours)}`,
  });
  return {
    metric,
    sentence: boughtText(bought, (wattHours) => shownPart(record, wattHours)),
    points: points.map(shown),
    best: shown(best),
    tailFrom: tail === null ? null : last - tail.wattHours,
  };
}

function unitChart(record: RunRecord, progress: RunProgress): UnitChart | null {
  const units = energyPerUnit(progress);
  if (units.length < 2) return null;
  const { unit } = progress.last;
  const sorted = units.map(({ wattHours }) => wattHours).sort((a, b) => a - b);
  const at = (share: number): string => shownPart(record, sorted[Math.round(share * (sorted.length - 1))] ?? null);
  return {
    title: `Energy of each ${unit}`,
    sentence: `${at(0.5)} is usual, from ${at(0)} to ${at(1)}. The first one holds what came before it, such as loading the data.`,
    bars: units.map(({ epoch, wattHours, seconds }) => ({
      epoch,
      wattHours,
      words: `${unit} ${toDigits(epoch, 4)}: ${shownPart(record, wattHours)} in ${formatDuration(seconds)}`,
    })),
  };
}

function earlierLine(
  record: RunRecord,
  { record: before, points }: EarlierSeries,
  history: readonly RunRecord[],
): RunStory['earlier'] {
  const startedAt = Date.parse(before.startedAt);
  const isMachine = before.scope === 'machine';
  const when = dayAndClock(new Date(before.startedAt));
  const used = `The dotted line is the run of ${when}, which used ${shownEnergy(before).value}.`;
  const sentence =
    record.status === 'running' ? used : [used, ...compareRuns(before, record, history).sentences].join(' ');
  return {
    id: before.id,
    label: `the run of ${clockTime(new Date(before.startedAt))}`,
    sentence,
    ends: points.map(({ at }) => (at - startedAt) / 1000),
    wattHours: points.map(({ runJoules, machineJoules }) => {
      const joules = isMachine ? machineJoules : runJoules;
      return joules === null ? null : joulesToWattHours(joules);
    }),
  };
}

function shadesOf(record: RunRecord, bought: EnergyBought | null): RunStory['shades'] {
  const startedAt = Date.parse(record.startedAt);
  const last = bought?.points.at(-1);
  const gaps = record.gaps.map(({ to, seconds }) => {
    const end = (Date.parse(to) - startedAt) / 1000;
    return { from: Math.max(0, end - seconds), to: end, label: 'gap', kind: 'gap' as const };
  });
  const tail = bought?.tail ?? null;
  if (tail === null || last === undefined) return gaps;
  const { fromSeconds, wattHours } = tail;
  const label = `${shownPart(record, wattHours)} for little`;
  return [...gaps, { from: fromSeconds, to: last.seconds, label, kind: 'plateau' as const }];
}

function factsOf(record: RunRecord): RunStory['facts'] {
  const fact = (label: string, value: string, detail: string | null = null): RunStory['facts'][number] => ({
    label,
    value,
    detail,
  });
  const { hardware, meter, durationSeconds } = record;
  const code = commitInWords(record);
  const memory = hardware?.memoryGigabytes ?? null;
  const machine = [hardware?.cpu ?? null, memory === null ? null : `${Math.round(memory)} GB`];
  return [
    ...record.sources.map(({ component, label, method, band }) =>
      fact(
        { cpu: 'CPU', gpu: 'GPU', memory: 'Memory', system: 'Whole machine' }[component],
        methodNames[method],
        `${label}, between ${formatFactor(band.low)} and ${formatFactor(band.high)} times the figure`,
      ),
    ),
    ...record.missing.map(({ component, reason }) =>
      fact({ cpu: 'CPU', gpu: 'GPU', memory: 'Memory', system: 'Whole machine' }[component], 'unknown', reason),
    ),
    ...(record.sources.length === 0 && record.missing.length === 0 ? [fact('Sources', sourcesInWords(record))] : []),
    fact('Grid', gridInWords(record), record.intensity?.source ?? null),
    fact(
      'Counts',
      record.scope === 'machine' ? 'the whole machine' : "this run's share of what the machine used above idle",
    ),
    ...(code === null ? [] : [fact('Code', code, record.git?.commit ?? null)]),
    ...(machine.some((part) => part !== null)
      ? [fact('Machine', machine.filter((part) => part !== null).join(', '))]
      : []),
    fact(
      'The meter itself',
      meter.cpuSeconds === null
        ? 'unknown, because it was interrupted'
        : `${formatDuration(meter.cpuSeconds)} of CPU time`,
      meter.cpuSeconds === null || durationSeconds <= 0
        ? null
        : `${formatShare(meter.cpuSeconds / durationSeconds)} of one core`,
    ),
    fact('Record', record.id),
  ];
}

/** A terminal's line is kept as one word, as it was typed. */
const commandLine = (words: readonly string[], kind: RunKind): string =>
  kind === 'terminal' && words.length === 1 ? words.join('') : words.map(quoted).join(' ');

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellWord(word));
