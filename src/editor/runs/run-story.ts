import { boundaryName, componentName } from '../../runs/cluster/boundary';
import { compareRuns } from '../../runs/compare/compare';
import { commitInWords, gridInWords, methodNames, shownEnergy, shownPart, sourcesInWords } from '../../runs/describe';
import { originRemark } from '../../runs/origin';
import type { PowerPoint } from '../../runs/power-series';
import type { RunProgress } from '../../runs/progress/run-progress';
import type { RunKind, RunRecord } from '../../runs/record';
import { boughtText, energyPerUnit, whatEnergyBought, type EnergyBought } from '../../runs/training/what-energy-bought';
import {
  asSentence,
  clockTime,
  dayAndClock,
  formatDuration,
  formatFactor,
  formatShare,
  toDigits,
} from '../../present/words';
import { shellWord } from '../../system/shell-word';
import { joulesToWattHours } from '../../units/convert';
import type { BoughtChart, RunStory, UnitChart } from '../../webview/run/protocol';
import { english, inContext, localisable, type Translate } from '../../present/l10n';
import { unitName } from '../../runs/progress/epoch-event';
import { clusterStory } from './cluster-story';

/** The last run of the same program, with its energy over time. */
export interface EarlierSeries {
  readonly record: RunRecord;
  readonly points: readonly PowerPoint[];
}

const startedBy: Readonly<Record<RunKind, string>> = localisable({
  debug: 'debugged',
  launch: 'run without debugging',
  task: 'run as a task',
  terminal: 'run in a terminal',
  notebook: 'run as notebook cells',
  command: 'run with green-ml run',
  manual: 'measured while it ran',
  job: 'job of a cluster, read from Slurm',
});

/** What the page tells of a run besides its figures. All texts are made here; the page only draws. */
export function runStory(
  record: RunRecord,
  progress: RunProgress | null,
  earlier: EarlierSeries | null,
  history: readonly RunRecord[],
  t: Translate = english,
): RunStory {
  const started = `${dayAndClock(new Date(record.startedAt))}, ${howStarted(record, t)}`;
  const bought = progress === null ? null : whatEnergyBought(progress);
  return {
    command: record.command === null ? null : commandLine(record.command, record.kind),
    when: record.folder === null ? started : t('{0} in {1}', started, record.folder),
    bought: bought === null ? null : boughtChart(record, bought, t),
    units: progress === null ? null : unitChart(record, progress, t),
    earlier: earlier === null ? null : earlierLine(record, earlier, history, t),
    shades: shadesOf(record, bought, t),
    cluster: clusterStory(record, t),
    facts: factsOf(record, t),
  };
}

function howStarted({ kind, command, cluster }: RunRecord, t: Translate): string {
  if (cluster === undefined) return t(startedBy[kind]);
  if (kind === 'manual') return t('measured on a cluster');
  return kind === 'command' && command === null ? t('imported from Prometheus') : t(startedBy[kind]);
}

function boughtChart(record: RunRecord, bought: EnergyBought, t: Translate): BoughtChart {
  const { metric, unit, points, best, tail } = bought;
  const last = points.at(-1)?.wattHours ?? 0;
  const shown = ({ epoch, wattHours, value }: (typeof points)[number]): BoughtChart['best'] => ({
    wattHours,
    value,
    words: t(
      '{0} {1}: {2} {3} after {4}',
      unitName(unit, 1, t),
      toDigits(epoch, 4),
      metric,
      toDigits(value, 4),
      shownPart(record, wattHours),
    ),
  });
  return {
    metric,
    sentence: boughtText(bought, (wattHours) => shownPart(record, wattHours), t),
    points: points.map(shown),
    best: shown(best),
    tailFrom: tail === null ? null : last - tail.wattHours,
  };
}

function unitChart(record: RunRecord, progress: RunProgress, t: Translate): UnitChart | null {
  const units = energyPerUnit(progress);
  if (units.length < 2) return null;
  const { unit } = progress.last;
  const sorted = units.map(({ wattHours }) => wattHours).sort((a, b) => a - b);
  const at = (share: number): string => shownPart(record, sorted[Math.round(share * (sorted.length - 1))] ?? null);
  return {
    title: t('Energy of each {0}', unitName(unit, 1, t)),
    sentence: t(
      '{0} is usual, from {1} to {2}. The first one holds what came before it, such as loading the data.',
      at(0.5),
      at(0),
      at(1),
    ),
    bars: units.map(({ epoch, wattHours, seconds }) => ({
      epoch,
      wattHours,
      words: t(
        '{0} {1}: {2} in {3}',
        unitName(unit, 1, t),
        toDigits(epoch, 4),
        shownPart(record, wattHours),
        formatDuration(seconds),
      ),
    })),
  };
}

function earlierLine(
  record: RunRecord,
  { record: before, points }: EarlierSeries,
  history: readonly RunRecord[],
  t: Translate,
): RunStory['earlier'] {
  const startedAt = Date.parse(before.startedAt);
  const isMachine = before.scope === 'machine';
  const when = dayAndClock(new Date(before.startedAt));
  const used = t('The dotted line is the run of {0}, which used {1}.', when, shownEnergy(before).value);
  // The page is about one of the two.
  const called = { subject: t('That run'), first: t('that run'), second: inContext(t, 'this run', 'compared') };
  const sentence =
    record.status === 'running' ? used : [used, ...compareRuns(before, record, history, t, called).sentences].join(' ');
  return {
    id: before.id,
    label: t('the run of {0}', clockTime(new Date(before.startedAt))),
    sentence,
    ends: points.map(({ at }) => (at - startedAt) / 1000),
    wattHours: points.map(({ runJoules, machineJoules }) => {
      const joules = isMachine ? machineJoules : runJoules;
      return joules === null ? null : joulesToWattHours(joules);
    }),
  };
}

function shadesOf(record: RunRecord, bought: EnergyBought | null, t: Translate): RunStory['shades'] {
  const startedAt = Date.parse(record.startedAt);
  const last = bought?.points.at(-1);
  const gaps = record.gaps.map(({ to, seconds }) => {
    const end = (Date.parse(to) - startedAt) / 1000;
    return { from: Math.max(0, end - seconds), to: end, label: t('gap'), kind: 'gap' as const };
  });
  const tail = bought?.tail ?? null;
  if (tail === null || last === undefined) return gaps;
  const { fromSeconds, wattHours } = tail;
  const label = t('{0} for little', shownPart(record, wattHours));
  return [...gaps, { from: fromSeconds, to: last.seconds, label, kind: 'plateau' as const }];
}

function factsOf(record: RunRecord, t: Translate): RunStory['facts'] {
  const fact = (label: string, value: string, detail: string | null = null): RunStory['facts'][number] => ({
    label,
    value,
    detail,
  });
  const { hardware, meter, durationSeconds, cluster } = record;
  const code = commitInWords(record, t);
  const memory = hardware?.memoryGigabytes ?? null;
  const machine = [hardware?.cpu ?? null, memory === null ? null : `${Math.round(memory)} GB`];
  return [
    ...record.sources.map(({ component, label, method, band }) =>
      fact(
        asSentence(componentName(component, record, t)),
        t(methodNames[method]),
        t('{0}, between {1} and {2} times the figure', label, formatFactor(band.low), formatFactor(band.high)),
      ),
    ),
    ...record.missing.map(({ component, reason }) =>
      fact(asSentence(componentName(component, record, t)), t('unknown'), reason),
    ),
    ...(record.sources.length === 0 && record.missing.length === 0
      ? [fact(t('Sources'), sourcesInWords(record, t))]
      : []),
    fact(t('Grid'), gridInWords(record, t), record.intensity?.source ?? null),
    fact(
      t('Counts'),
      record.scope === 'machine' || cluster !== undefined
        ? boundaryName(record, t)
        : t("this run's share of what the machine used above idle"),
      originRemark(record.scopeFrom, t),
    ),
    ...(code === null ? [] : [fact(t('Code'), code, record.git?.commit ?? null)]),
    ...(machine.some((part) => part !== null)
      ? [fact(t('Machine'), machine.filter((part) => part !== null).join(', '))]
      : []),
    fact(
      t('The meter itself'),
      meter.cpuSeconds === null
        ? t('unknown, because it was interrupted')
        : t('{0} of CPU time', formatDuration(meter.cpuSeconds)),
      meter.cpuSeconds === null || durationSeconds <= 0
        ? null
        : t('{0} of one core', formatShare(meter.cpuSeconds / durationSeconds)),
    ),
    fact(t('Record'), record.id),
  ];
}

/** A terminal's line is kept as one word, as it was typed. */
const commandLine = (words: readonly string[], kind: RunKind): string =>
  kind === 'terminal' && words.length === 1 ? words.join('') : words.map(quoted).join(' ');

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellWord(word));
