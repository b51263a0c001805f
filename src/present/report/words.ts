import { about, co2e, energyWithin, massWithin } from '../quantities';
import {
  allOf,
  countedInText,
  dayAndClock,
  formatDuration,
  formatMass,
  formatShare,
  toDigits,
  wholePercent,
} from '../words';
import type { Estimate } from '../../units/estimate';
import { gridInWords, headline, howItEnded, isModelled, shownEnergy } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { shownSum, type RunsSummary } from '../../runs/summary';
import { methodsOf, scopesOf } from './statement-facts';
import { groupRow, rangeText, type ReportTable } from './tables';
import type { ProjectReport } from './project-report';
import type { UnitEnergy } from './unit-energy';
import type { PastBestGroup } from './waste';
import { unknownEnergyInWords } from './unknown-energy';

/** The texts of a report, without markup. */

/** The figures at the top: name, value, and what people should know about it. */
export function keyFigures({
  summary,
  sci,
  waste,
}: ProjectReport): readonly { readonly name: string; readonly value: string; readonly detail: string }[] {
  const { energy, emissions, runs, seconds } = summary;
  const isAbout = runs.some(isModelled);
  const { total } = energy;
  const used = shownSum(summary);
  return [
    {
      name: 'Energy',
      value: used.value,
      detail: total === null ? 'not known' : rangeText(used, total),
    },
    ...emissions.map(({ basis, grams }) => {
      const shown = massWithin(grams.value, grams);
      return {
        name: 'Emissions',
        value: `${about(isAbout, shown.value)} ${co2e}`,
        detail: `${rangeText(shown, grams)}, ${basis === 'given' ? 'at an intensity of your own' : `${basis} basis`}`,
      };
    }),
    ...(emissions.length === 0 ? [{ name: 'Emissions', value: formatMass(null), detail: 'not known' }] : []),
    ...pastBestFigure(waste.total),
    { name: 'Time', value: formatDuration(seconds), detail: countedInText(runs.length, 'run') },
    ...(sci === null
      ? []
      : [
          {
            name: 'SCI',
            value: `${toDigits(sci.score.value, 3)} ${sciUnit(sci.score.unit)}`,
            detail: sciDetail(sci),
          },
        ]),
  ];
}

function pastBestFigure(total: PastBestGroup | null): ReturnType<typeof keyFigures> {
  if (total === null) return [];
  const { pastBest, isModelled: isAbout } = total;
  const used = energyWithin(pastBest.value, pastBest);
  return [{ name: 'Past the best', value: about(isAbout, used.value), detail: rangeText(used, pastBest) }];
}

/** "g CO₂e / training" */
function sciUnit(unit: string): string {
  return unit.replace('gCO2e/', `g ${co2e} / `);
}

function sciDetail({ operationalGrams, embodiedGrams, share }: NonNullable<ProjectReport['sci']>): string {
  const made =
    embodiedGrams === null ? 'without making the hardware' : `${formatMass(embodiedGrams)} for making the hardware`;
  const machine = share === 1 ? 'the whole machine' : `${formatShare(share)} of the machine`;
  return `ISO/IEC 21031: ${formatMass(operationalGrams)} in operation of ${machine}, ${made}`;
}

export function programTable({ programs }: ProjectReport): ReportTable {
  return {
    caption: 'Energy by program',
    header: ['Program', 'Runs', 'Time', 'Energy', 'Between', co2e],
    rows: programs.map(groupRow),
  };
}

function dayTable({ days }: ProjectReport): ReportTable {
  return {
    caption: 'Energy by day',
    header: ['Day', 'Runs', 'Time', 'Energy', 'Between', co2e],
    rows: days.map(groupRow),
  };
}

function weekTable({ weeks }: ProjectReport): ReportTable {
  return {
    caption: 'Energy by week',
    header: ['Week from', 'Runs', 'Time', 'Energy', 'Between', co2e],
    rows: weeks.map(groupRow),
  };
}

/** Days of a young project, else weeks. */
export function timeTable(report: ProjectReport): ReportTable {
  return report.weeks.length > mostWeeksByDay ? weekTable(report) : dayTable(report);
}

/** So many weeks are shown day by day. */
export const mostWeeksByDay = 3;

export function pastBestTable({ waste: { programs } }: ProjectReport): ReportTable {
  return {
    caption: 'Energy past the best value',
    header: ['Program', 'Runs', 'Past the best', 'Between', 'Share', 'Early stopping saves', 'Metric'],
    rows: programs.map(({ label, runs, all, pastBest, savable, metrics, isModelled: isAbout }) => {
      const used = energyWithin(pastBest.value, pastBest);
      return [
        label,
        String(runs),
        about(isAbout, used.value),
        used.range ?? '',
        all.value > 0 ? formatShare(pastBest.value / all.value) : '',
        savableText(savable),
        metrics.join(', '),
      ];
    }),
  };
}

/** What early stopping saves is always calculated: it takes all epochs after the best one to use the same. */
export function savableText(savable: Estimate): string {
  return savable.value === 0 ? 'nothing' : about(true, energyWithin(savable.value, savable).value);
}

export function unitTable({ unitEnergies }: ProjectReport): ReportTable {
  return {
    caption: 'Energy of an epoch, round or trial',
    header: ['Program', 'Unit', 'Runs', 'First run', 'Last run', 'Between'],
    rows: unitEnergies.map((each) => {
      const [first, last] = [each.runs[0], each.runs.at(-1)];
      const isOne = each.runs.length === 1;
      return [
        each.label,
        each.unit,
        String(each.runs.length),
        first === undefined || isOne ? '' : unitRunText(first),
        last === undefined ? '' : unitRunText(last),
        last === undefined ? '' : (energyWithin(last.energy.value, last.energy).range ?? ''),
      ];
    }),
  };
}

function unitRunText({ energy, isModelled: isAbout }: UnitEnergy['runs'][number]): string {
  return about(isAbout, energyWithin(energy.value, energy).value);
}

/** "Last 5 runs: 33 % less than the first 5"; null if there is only one run, or if they cannot be compared. */
export function changeText({ change }: UnitEnergy): string | null {
  if (change === null) return null;
  const { side, ratio, runs } = change;
  const [last, first] = runs === 1 ? ['Last run', 'the first'] : [`Last ${runs} runs`, `the first ${runs}`];
  return side === 'cannot tell'
    ? `${last}: cannot be told apart from ${first}`
    : `${last}: ${wholePercent(Math.abs(ratio - 1) * 100)} ${side} than ${first}`;
}

export function largestTable({ largest, summary }: ProjectReport): ReportTable {
  const reached = largest.map(reachedText);
  const anyReached = reached.some((text) => text !== '');
  return {
    caption:
      largest.length === 1
        ? 'The run'
        : `The ${largest.length} runs that used the most${summary.runs.length > largest.length ? `, of ${summary.runs.length}` : ''}`,
    header: ['Run', 'Started', 'Time', 'Energy', 'Power', co2e, ...(anyReached ? ['Reached'] : [])],
    rows: largest.map((run, index) => [
      run.name,
      dayAndClock(new Date(run.startedAt)),
      formatDuration(run.durationSeconds),
      shownEnergy(run).value,
      headline(run).split(' · ')[0] ?? '',
      emissionsOf(run),
      ...(anyReached ? [reached[index] ?? ''] : []),
    ]),
  };
}

/** The table's header names what it is a mass of. */
function emissionsOf(run: RunRecord): string {
  const { emissionsGrams } = run;
  return emissionsGrams === null
    ? formatMass(null)
    : about(isModelled(run), massWithin(emissionsGrams.value, emissionsGrams).value);
}

function reachedText(run: RunRecord): string {
  const { progress } = run;
  const best = progress?.best ?? null;
  if (best !== null) return `${best.metric} ${toDigits(best.value, 4)}`;
  return howItEnded(run)?.text ?? '';
}

/** Explains why the total is less than the sum of the runs when runs overlap. */
function onceText({ counted }: RunsSummary): string {
  const inside = counted.filter(({ energyShare }) => energyShare < 0.999).map(({ record }) => record);
  const names = [...new Set(inside.map(({ name }) => name))];
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `${inside.length === 1 ? 'One run overlaps' : `${inside.length} runs overlap`} with others that include the same energy (${shown}): what they share is counted once, in proportion to time if a run is only partly inside another.`;
}

/** Whether a run has another place than the one before it; runs that were read together share the object. */
function hasOtherGrid({ intensity, pue, pueFrom }: RunRecord, index: number, runs: readonly RunRecord[]): boolean {
  const before = runs[index - 1];
  return before?.intensity !== intensity || before.pue !== pue || before.pueFrom !== pueFrom;
}

/** How the figures came about and what a reader should know about them, one sentence each. */
export function basisSentences({ summary, sciNotes, version }: ProjectReport): readonly string[] {
  const { runs, runsWithoutEnergy, gapSeconds, energy } = summary;
  const scopes = scopesOf(runs);
  const who = (count: number): string => (count === runs.length ? 'Every run counts' : 'Some runs count');
  const methods = methodsOf(runs);
  const grids = [
    ...new Set(
      runs
        .filter(hasOtherGrid)
        .map((run) => gridInWords(run) + (run.intensity === null ? '' : `; ${run.intensity.source}`)),
    ),
  ];
  return [
    `Recorded by Green ML ${version}: ${methods.length === 0 ? 'no power source was found' : methods.join(', ')}.`,
    ...(scopes.machine > 0 ? [`${who(scopes.machine)} the whole machine, idle power included.`] : []),
    ...(scopes.elsewhere > 0 ? [`${who(scopes.elsewhere)} ${allOf(scopes.boundaries)}.`] : []),
    ...(scopes.run === runs.length
      ? ['Energy is the share of the runs in what the machine used above its idle level.']
      : []),
    ...grids.slice(0, 5).map((grid) => `Carbon intensity: ${grid}.`),
    ...(grids.length > 5 ? [`${grids.length - 5} more carbon intensities are in the records.`] : []),
    ...(summary.runsInOthers > 0 ? [onceText(summary)] : []),
    ...(gapSeconds > 0
      ? [
          `${formatDuration(gapSeconds)} could not be measured and are not in any figure; the upper limits include what they may have been.`,
        ]
      : []),
    ...unknownEnergyInWords(runsWithoutEnergy, runs.length),
    ...(energy.total !== null && runs.some(isModelled) ? ['A ~ marks figures that are partly modelled.'] : []),
    ...sciNotes,
  ];
}
