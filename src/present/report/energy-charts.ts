import type { PowerPoint } from '../../runs/power-series';
import type { RunRecord } from '../../runs/record';
import type { GroupEnergy } from '../../runs/summary';
import { areaChart, type ChartBar } from '../charts';
import { html, type Html } from '../html';
import { energyWithin } from '../quantities';
import { formatDuration, formatEnergy, formatPower } from '../words';

/** The content of the report's charts; `../charts` draws them. */

const parts = ['cpu', 'memory', 'gpu', 'rest'] as const;
type ChartPart = (typeof parts)[number];

const partNames: Readonly<Record<ChartPart, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  gpu: 'GPU',
  rest: 'Rest of the machine',
};

/** The parts that occur in any of the bars. */
function partsIn(energies: readonly GroupEnergy[]): readonly ChartPart[] {
  return parts.filter((part) => energies.some((energy) => (energy[part] ?? 0) > 0));
}

/** The energy of a day or of a program, by its parts. */
export function energyBar({ label, energy }: { readonly label: string; readonly energy: GroupEnergy }): ChartBar {
  return {
    label,
    words: `${label}: ${energyText(energy)}`,
    parts: parts.map((part) => ({ kind: part, value: energy[part] ?? 0 })),
    total: energy.total,
  };
}

function energyText(energy: GroupEnergy): string {
  const { total } = energy;
  if (total === null) return 'unknown';
  const known = partsIn([energy]).map((part) => `${partNames[part]} ${formatEnergy(energy[part])}`);
  const { value, range } = energyWithin(total.value, total);
  return `${value}${range === null ? '' : `, ${range}`}${known.length > 1 ? ` (${known.join(', ')})` : ''}`;
}

/** The legend of the parts; null if there are fewer than two to distinguish. */
export function legend(energies: readonly GroupEnergy[]): Html | null {
  const shown = partsIn(energies);
  if (shown.length < 2) return null;
  return html`<ul class="legend">${shown.map((part) => html`<li><span class="swatch ${part}"></span>${partNames[part]}</li>`)}</ul>`;
}

/** Power of one run over time. */
export function powerChart({ name, startedAt, scope }: RunRecord, points: readonly PowerPoint[]): Html {
  const start = Date.parse(startedAt);
  const steps = points.map((point) => ({
    from: (point.at - start) / 1000 - point.seconds,
    to: (point.at - start) / 1000,
    value: (scope === 'machine' ? point.machine : point.run).total,
  }));
  return areaChart(
    { id: 'power', title: `Power of ${name} over time`, format: formatPower },
    steps,
    (seconds, most) => `Power over ${formatDuration(seconds)}, at most ${formatPower(most)}.`,
  );
}
