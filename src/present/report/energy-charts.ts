import type { PowerPoint } from '../../runs/power-series';
import type { RunRecord } from '../../runs/record';
import type { GroupEnergy } from '../../runs/summary';
import { areaChart, barChart, columnChart, dotChart, type ChartBar, type NamedBar } from '../charts';
import { html, type Html } from '../html';
import { about, energiesAlike, energyWithin } from '../quantities';
import { counted, dayKey, formatDuration, formatPower, formatShare } from '../words';
import type { ReportGroup } from './groups';
import { weeksBetween } from './trend';
import type { UnitEnergy } from './unit-energy';
import type { PastBestGroup } from './waste';

/** The content of the report's charts; `../charts` draws them. */

const parts = ['cpu', 'memory', 'gpu', 'rest'] as const;
type ChartPart = (typeof parts)[number];

const partNames: Readonly<Record<ChartPart, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  gpu: 'GPU',
  rest: 'Other parts',
};

/** The parts that occur in any of the bars. */
function partsIn(energies: readonly GroupEnergy[]): readonly ChartPart[] {
  return parts.filter((part) => energies.some((energy) => (energy[part] ?? 0) > 0));
}

/** The energy of a day or of a program, by its parts. */
function energyBar({ label, energy, isModelled }: ReportGroup): ChartBar {
  return {
    label,
    words: `${label}: ${energyText(energy, isModelled)}`,
    parts: parts.map((part) => ({ kind: part, value: energy[part] ?? 0 })),
    total: energy.total,
  };
}

function energyText(energy: GroupEnergy, isAbout: boolean): string {
  const { total } = energy;
  if (total === null) return 'unknown';
  const shown = partsIn([energy]);
  const alike = energiesAlike(shown.map((part) => energy[part]));
  const known = shown.map((part, index) => `${partNames[part]} ${about(isAbout, alike[index] ?? '')}`);
  const { value, range } = energyWithin(total.value, total);
  return `${about(isAbout, value)}${range === null ? '' : `, ${range}`}${known.length > 1 ? ` (${known.join(', ')})` : ''}`;
}

/** The legend of the parts; null if there are fewer than two to distinguish. */
export function partsLegend(energies: readonly GroupEnergy[]): Html | null {
  const shown = partsIn(energies);
  return shown.length < 2 ? null : legend(shown.map((part) => [part, partNames[part]]));
}

/** What the colours of a chart mean. */
function legend(kinds: readonly (readonly [kind: string, name: string])[]): Html {
  return html`<ul class="legend">${kinds.map(([kind, name]) => html`<li><span class="swatch ${kind}"></span>${name}</li>`)}</ul>`;
}

/** Days as they are. */
export function dayChart(days: readonly ReportGroup[]): Html {
  return columnChart('Energy by day', days.map(energyBar).map(withShortDay), energiesAlike);
}

/** Weeks without runs keep their place, so that the columns are a time line. */
export function weekChart(weeks: readonly ReportGroup[]): Html {
  const byWeek = new Map(weeks.map((week) => [week.label, week]));
  const all = weeksBetween(weeks[0]?.label ?? '', weeks.at(-1)?.label ?? '');
  return columnChart(
    'Energy by week',
    all.map((label) => {
      const week = byWeek.get(label);
      const bar: ChartBar =
        week === undefined ? { label, words: `${label}: no runs`, parts: [], total: null } : energyBar(week);
      return withShortDay(bar);
    }),
    energiesAlike,
  );
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "21 Sep" under a column; the table has the year. */
function shortDay(day: string): string {
  const [, month = 1, date = 1] = day.split('-').map(Number);
  return `${date} ${months[month - 1] ?? ''}`;
}

function withShortDay(bar: ChartBar): ChartBar {
  return { ...bar, label: shortDay(bar.label) };
}

/** @param all the energy of the project, in watt-hours */
export function programChart(programs: readonly ReportGroup[], all: number): Html {
  return barChart(
    'Energy by program, with its limits',
    programs.map((program): NamedBar => {
      const { total } = program.energy;
      const { value, range } = energyWithin(total?.value ?? null, {
        low: total?.low ?? null,
        high: total?.high ?? null,
      });
      return {
        ...energyBar(program),
        figure: about(program.isModelled, value),
        detail: joined([range, total === null || all <= 0 ? null : formatShare(total.value / all)]),
      };
    }),
  );
}

/** What programs used up to their best value and after it. */
export function pastBestChart(programs: readonly PastBestGroup[]): Html {
  return barChart(
    'Energy past the best value by program, with its limits',
    programs.map(({ label, runs, all, pastBest, isModelled: isAbout }): NamedBar => {
      const [whole = '', late = ''] = energiesAlike([all.value, pastBest.value]);
      const { value, range } = energyWithin(pastBest.value, pastBest);
      return {
        label,
        words: `${label}: ${about(isAbout, late)} of ${about(isAbout, whole)} came after the best value`,
        parts: [
          { kind: 'late', value: pastBest.value },
          { kind: 'useful', value: all.value - pastBest.value },
        ],
        total: { value: pastBest.value, low: pastBest.low, high: Math.min(pastBest.high, all.high) },
        figure: about(isAbout, value),
        detail: joined([
          range,
          all.value > 0
            ? `${formatShare(pastBest.value / all.value)} of what ${runs === 1 ? 'its one run' : `its ${runs} runs`} used`
            : null,
        ]),
      };
    }),
  );
}

export const pastBestLegend = (): Html =>
  legend([
    ['late', 'After the best value'],
    ['useful', 'Until then'],
  ]);

/** So many dots can be told apart. */
const mostDots = 80;

/** Energy of an epoch in each run of a program. */
export function unitChart({ label, unit, runs }: UnitEnergy): Html {
  const shown = runs.slice(-mostDots);
  return dotChart(
    `Energy of one ${unit} in ${counted(shown.length, 'run')} of ${label}`,
    shown.map(({ at, energy, isModelled }) => {
      const { value, range } = energyWithin(energy.value, energy);
      return {
        at,
        value: energy.value,
        words: joined([`${dayKey(new Date(at))}: ${about(isModelled, value)} for one ${unit}`, range]),
      };
    }),
    [shortDay(dayKey(new Date(shown[0]?.at ?? 0))), shortDay(dayKey(new Date(shown.at(-1)?.at ?? 0)))],
    energiesAlike,
  );
}

/** Power of one run over time. */
export function powerChart({ name, startedAt, scope }: RunRecord, points: readonly PowerPoint[]): Html {
  const start = Date.parse(startedAt);
  const steps = points.map((point) => ({
    from: (point.at - start) / 1000 - point.seconds,
    to: (point.at - start) / 1000,
    value: (scope === 'machine' ? point.machine : point.run).total,
  }));
  const seconds = Math.max(1, steps.at(-1)?.to ?? 1);
  const most = Math.max(0, ...steps.map(({ value }) => value ?? 0));
  return areaChart(`Power of ${name} over ${formatDuration(seconds)}, at most ${formatPower(most)}`, steps, (values) =>
    values.map(formatPower),
  );
}

function joined(texts: readonly (string | null)[]): string {
  return texts.filter((text) => text !== null && text !== '').join(' · ');
}
