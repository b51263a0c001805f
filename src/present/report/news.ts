import { about, energyWithin } from '../quantities';
import { savableText } from './words';
import { asSentence, counted, countedInText, dayKey, formatShare, plural, wholePercent } from '../words';
import { isModelled } from '../../runs/describe';
import { programsText } from '../../runs/failed-runs';
import { defaultPatience } from '../../runs/training/plateau';
import type { ProjectReport } from './project-report';
import { weeksBetween, weekOf, type Trend } from './trend';
import type { PastBestGroup, Waste } from './waste';

/** What a reader should know first: what the project used, how that changed, and what could be saved. One sentence each. */
export function newsSentences(report: ProjectReport): readonly string[] {
  return [usedText(report), trendText(report.trend), ...wasteTexts(report)].filter((sentence) => sentence !== null);
}

function usedText({ summary }: ProjectReport): string {
  const { runs, energy } = summary;
  const which = countedInText(runs.length, 'run');
  const when = periodText(runs.map(({ startedAt }) => startedAt));
  const start = asSentence(which);
  if (energy.total === null) return `${start} ${when}: what ${plural(runs.length, 'it', 'they')} used is not known.`;
  const { value } = energyWithin(energy.total.value, energy.total);
  return `${start} ${when} used ${about(runs.some(isModelled), value)}.`;
}

function periodText(starts: readonly string[]): string {
  const [first, last] = [new Date(starts[0] ?? 0), new Date(starts.at(-1) ?? 0)];
  if (dayKey(first) === dayKey(last)) return `on ${dayKey(first)}`;
  const weeks = weeksBetween(weekOf(first), weekOf(last)).length;
  return weeks < 3 ? `from ${dayKey(first)} to ${dayKey(last)}` : `in ${weeks} weeks`;
}

/** "The last 4 weeks used 35 % less than the 4 before, in 41 runs instead of 60." */
export function trendText(trend: Trend | null): string | null {
  if (trend === null) return null;
  const { weeks, runs, side, ratio } = trend;
  const [before, since] = runs;
  const [last, earlier] =
    weeks === 1 ? ['The last week', 'the week before'] : [`The last ${weeks} weeks`, `the ${weeks} before`];
  const how =
    before === since ? `, in ${counted(since, 'run')} each` : `, in ${counted(since, 'run')} instead of ${before}`;
  if (side === 'cannot tell') return `${last} and ${earlier} cannot be told apart${how}.`;
  const change = `${wholePercent(Math.abs(ratio - 1) * 100)} ${side} than`;
  return `${last} used ${change} ${earlier}${how}.`;
}

/** Less of the energy than this is no news. */
const leastShare = 0.01;

function wasteTexts({ summary, waste }: ProjectReport): readonly string[] {
  const all = summary.energy.total?.value ?? 0;
  return [pastBestText(waste.total, all), failedText(waste, all)].filter((sentence) => sentence !== null);
}

/** "~230 Wh (19 %) came after the best value of a training; early stopping would have saved ~150 Wh." */
function pastBestText(total: PastBestGroup | null, all: number): string | null {
  if (total === null || all <= 0 || total.pastBest.value < leastShare * all) return null;
  const { pastBest, savable, isModelled: isAbout } = total;
  const used = about(isAbout, energyWithin(pastBest.value, pastBest).value);
  const saved = savable.value < leastShare * all ? '' : `; early stopping would have saved ${savableText(savable)}`;
  return `${used} (${formatShare(pastBest.value / all)}) came after the best value of a training${saved}.`;
}

function failedText({ failed: { runs, energy, isModelled: isAbout } }: Waste, all: number): string | null {
  if (energy === null || all <= 0 || energy.value < leastShare * all) return null;
  const used = about(isAbout, energyWithin(energy.value, energy).value);
  return `${used} (${formatShare(energy.value / all)}) went into ${countedInText(runs, 'run')} that failed.`;
}

/** Which runs the figures past the best value are of, and what they mean. */
export function wasteNotes({ summary, waste }: ProjectReport): readonly string[] {
  const { total, failed } = waste;
  const silent = summary.runs.length - (total?.runs ?? 0) - failed.runs;
  return [
    ...(total === null
      ? []
      : [
          `Energy after the best ${metricsText(total.metrics)} of ${countedInText(total.runs, 'run')}. Early stopping is taken to wait for ${defaultPatience.epoch} epochs, or ${defaultPatience.round} rounds or trials, without a better value.`,
        ]),
    ...(failed.runs === 0 ? [] : [`Failed: ${programsText(failed.programs)}.`]),
    ...(silent > 0
      ? [`The output of ${counted(silent, 'run')} shows no metric: whether they trained too long is not known.`]
      : []),
  ];
}

const metricsNamed = 3;

function metricsText(metrics: readonly string[]): string {
  return metrics.length > metricsNamed
    ? `value (${metrics.slice(0, metricsNamed).join(', ')} and others)`
    : metrics.join(', ');
}
