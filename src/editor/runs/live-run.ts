import { boundaryName, componentName } from '../../runs/cluster/boundary';
import { placeKnowledge } from '../../place/intensity';
import type { PowerByComponent, PowerPoint } from '../../runs/power-series';
import {
  gridInWords,
  headline,
  headlineInWords,
  howItEnded,
  machineParts,
  methodNames,
  shownEmissions,
  shownEnergy,
  shownPower,
  sourcesInWords,
} from '../../runs/describe';
import type { EpochMark } from '../../runs/progress/run-progress';
import type { RunRecord } from '../../runs/record';
import { joulesToWattHours } from '../../units/convert';
import { asSentence, dayAndClock, formatDuration, toDigits } from '../../present/words';
import { meanOverTime } from '../../units/mean';
import type { LiveBudget, LiveFigure, LiveMark, LivePartLegend, LiveRun } from '../../webview/live/protocol';
import type { LivePart, LivePoint } from '../../webview/live/points';
import { english, localisable, type Translate } from '../../present/l10n';
import { unitName } from '../../runs/progress/epoch-event';

/** What the live view shows in addition to the record, for a run in progress. */
export interface LiveExtras {
  /** Power of the counted scope over the last seconds, watts; null when unknown or when the run has ended. */
  readonly watts: number | null;
  readonly marks: readonly LiveMark[];
  readonly budget: LiveBudget | null;
  /** Figures of its progress. */
  readonly progress: readonly LiveFigure[];
  /** What the user can stop: the run itself, or only measuring it. */
  readonly stop: LiveRun['stop'];
}

export const noExtras: LiveExtras = { watts: null, marks: [], budget: null, progress: [], stop: null };

/** The ends of whole epochs, rounds and trials; steps and iterations are too many to mark. */
export function marksOf(marks: readonly EpochMark[], t: Translate = english): LiveMark[] {
  return marks
    .filter(({ epoch, unit }) => unit !== 'step' && unit !== 'iteration' && epoch > 0 && Number.isInteger(epoch))
    .map(({ seconds, epoch, unit }) => ({
      at: seconds,
      label: String(epoch),
      words: `${unitName(unit, 1, t)} ${epoch}`,
    }));
}

/** The parts of the stacked chart, from the bottom up. */
const parts = ['cpu', 'memory', 'gpu'] as const;

const partNames = localisable({ cpu: 'CPU', memory: 'Memory', gpu: 'GPU' });

/** Live power is the mean of the last seconds, as in the status bar. */
const recentSeconds = 5;

/** A record as the live view shows it. All texts are made here; the page only draws. */
export function liveRun(
  record: RunRecord,
  points: readonly PowerPoint[],
  extras: LiveExtras,
  t: Translate = english,
): LiveRun {
  const running = record.status === 'running';
  const watts = running ? extras.watts : record.averageWatts;
  return {
    id: record.id,
    name: record.name,
    running,
    state: stateOf(record, t),
    headline: headline(record, watts),
    inWords: headlineInWords(record, watts, t),
    showsMachine: hasMachine(record),
    parts: legendOf(record, points, t),
    marks: extras.marks,
    budget: extras.budget,
    figures: [...extras.progress, ...figuresOf(record, t)],
    notes: record.notes,
    asksForPlace: record.intensity !== null && placeKnowledge(record.intensity) !== 'named',
    stop: extras.stop,
  };
}

/** The intervals of a run in its scope, from index `from` on. */
export function livePoints(record: RunRecord, points: readonly PowerPoint[], from: number): LivePoint[] {
  const startedAt = Date.parse(record.startedAt);
  return points.slice(from).map((point) => {
    const power = record.scope === 'machine' ? point.machine : point.run;
    const joules = record.scope === 'machine' ? point.machineJoules : point.runJoules;
    return {
      end: (point.at - startedAt) / 1000,
      seconds: point.seconds,
      parts: {
        cpu: forChart(power.cpu),
        memory: forChart(power.memory),
        gpu: forChart(power.gpu),
        other: forChart(otherOf(power)),
      },
      total: forChart(power.total),
      machine: forChart(point.machine.total),
      wattHours: forChart(joules === null ? null : joulesToWattHours(joules)),
    };
  });
}

/** Far more digits than a chart or a text shows. All that a division gives would make the message twice as long. */
const chartDigits = 8;

const forChart = (value: number | null): number | null =>
  value === null ? null : Number(toDigits(value, chartDigits));

/** What a source of the whole machine measures beyond the known parts; null if nothing. */
function otherOf({ cpu, memory, gpu, total }: PowerByComponent): number | null {
  if (total === null) return null;
  const rest = total - (cpu ?? 0) - (memory ?? 0) - (gpu ?? 0);
  // Sums of joules differ in their last digits.
  return rest > total * 1e-6 ? rest : null;
}

function legendOf(record: RunRecord, points: readonly PowerPoint[], t: Translate): LivePartLegend[] {
  const recent = record.status === 'running' ? recentPoints(points) : [];
  const wattsOf = (part: LivePart): number | null =>
    meanOverTime(recent, (point) => {
      const power = record.scope === 'machine' ? point.machine : point.run;
      return part === 'other' ? otherOf(power) : power[part];
    });
  const legends = parts.map((part): LivePartLegend | null => {
    const source = record.sources.find(({ component }) => component === part);
    const missing = record.missing.find(({ component }) => component === part);
    if (source === undefined && missing === undefined) return null;
    return {
      part,
      label: t(partNames[part]),
      how:
        source === undefined
          ? t('unknown, {0}', missing?.reason ?? '')
          : `${t(methodNames[source.method])}, ${source.label}`,
      modelled: source !== undefined && source.method !== 'counter' && source.method !== 'sensor',
      watts: wattsOf(part),
    };
  });
  const system = record.sources.find(({ component }) => component === 'system');
  const other = system && {
    part: 'other' as const,
    label: record.cluster === undefined ? t('Rest of the machine') : asSentence(componentName('system', record, t)),
    how: `${t(methodNames[system.method])}, ${system.label}`,
    modelled: false,
    watts: wattsOf('other'),
  };
  return [...legends, other ?? null].filter((legend) => legend !== null);
}

/** The share of workloads in a cluster is not the part of one machine. */
function hasMachine({ scope, cluster }: RunRecord): boolean {
  return scope === 'run' && cluster === undefined;
}

function recentPoints(points: readonly PowerPoint[]): readonly PowerPoint[] {
  let seconds = 0;
  let start = points.length;
  while (start > 0 && seconds < recentSeconds) seconds += points[--start]?.seconds ?? 0;
  return points.slice(start);
}

function figuresOf(record: RunRecord, t: Translate): LiveFigure[] {
  const figure = (label: string, value: string, detail: string | null = null): LiveFigure => ({ label, value, detail });
  const energy = shownEnergy(record, t);
  const whose =
    record.scope === 'machine' || record.cluster !== undefined ? boundaryName(record, t) : t("this run's share");
  const machine = machineParts(record, t);
  const emissions = shownEmissions(record, t);
  return [
    figure(t('Energy'), energy.value, energy.range === null ? whose : `${energy.range}, ${whose}`),
    figure(
      t('Emissions'),
      emissions.value,
      emissions.range === null ? gridInWords(record, t) : t('{0} at {1}', emissions.range, gridInWords(record, t)),
    ),
    figure(t('Time'), formatDuration(record.durationSeconds)),
    figure(t('Average'), shownPower(record)),
    ...(hasMachine(record) ? [figure(t('Machine'), machine.total, machine.parts)] : []),
    figure(t('Sources'), sourcesInWords(record, t)),
  ];
}

function stateOf(record: RunRecord, t: Translate): string {
  if (record.status === 'running') return t('running');
  const ended = howItEnded(record, t);
  const at = dayAndClock(new Date(record.endedAt));
  if (ended === null) return t('finished {0}', at);
  return ended.isFailure ? t('finished {0}, {1}', at, ended.text) : `${ended.text} ${at}`;
}
