import { about } from '../../present/quantities';
import { formatDuration, formatEnergy, formatPower } from '../../present/words';
import { meanOverTime } from '../../units/mean';
import type { LivePart, LivePoint, LiveRun } from './protocol';

/** A power as text: with "~" if it is modelled, a dash if it is unknown. */
export function power(watts: number | null, modelled: boolean): string {
  return watts === null ? formatPower(null) : about(modelled, formatPower(watts));
}

function energyText(wattHours: number | null, modelled: boolean): string {
  return wattHours === null ? formatEnergy(null) : about(modelled, formatEnergy(wattHours));
}

const isModelled = (run: LiveRun): boolean => run.parts.some(({ modelled }) => modelled);

/** The parts that the chart stacks, from the bottom up: those with any known figure. */
export function drawnParts(run: LiveRun, points: readonly LivePoint[]): LivePart[] {
  return run.parts.map(({ part }) => part).filter((part) => points.some(({ parts }) => (parts[part] ?? null) !== null));
}

/** Describes the chart in a sentence or two. */
export function summary(run: LiveRun, points: readonly LivePoint[]): string {
  const known = points.filter(({ total }) => total !== null);
  const last = points.at(-1);
  if (last === undefined) return 'No power has been measured yet.';
  if (known.length === 0) return `The power of ${formatDuration(last.end)} is unknown.`;
  const totals = known.map(({ total }) => total ?? 0);
  const modelled = isModelled(run);
  const range = `between ${power(Math.min(...totals), modelled)} and ${power(Math.max(...totals), modelled)}`;
  const now = run.running ? `, now ${power(last.total, modelled)}` : '';
  const epochs = run.marks.at(-1);
  return `Power over ${formatDuration(last.end)}: ${range}${now}.${epochs === undefined ? '' : ` Last mark: ${epochs.words}.`}`;
}

/** One moment in words: "at 1 min 3 s: ~41 W (CPU ~30 W, GPU 11 W), machine ~80 W, 3.2 Wh so far". */
export function moment(run: LiveRun, point: LivePoint): string {
  const parts = run.parts
    .filter(({ part }) => (point.parts[part] ?? null) !== null)
    .map(({ part, label, modelled }) => `${label} ${power(point.parts[part] ?? null, modelled)}`);
  const modelled = isModelled(run);
  const details = parts.length > 1 ? ` (${parts.join(', ')})` : '';
  const machine = run.showsMachine ? `, machine ${power(point.machine, modelled)}` : '';
  const energy = energyText(point.wattHours, modelled);
  return `at ${formatDuration(point.end)}: ${power(point.total, modelled)}${details}${machine}, ${energy} so far`;
}

interface TableRow {
  readonly time: string;
  readonly cells: readonly string[];
}

/** People listen to this table with a screen reader, so it has a handful of rows, not hundreds. */
const rowsShown = 12;

/** The chart as a table: the mean power in equal intervals of the run, newest last. */
export function table(
  run: LiveRun,
  points: readonly LivePoint[],
): { readonly head: readonly string[]; readonly rows: readonly TableRow[] } {
  const head = [
    'Time',
    ...run.parts.map(({ label }) => label),
    'Total',
    ...(run.showsMachine ? ['Machine'] : []),
    'Energy',
  ];
  const size = Math.max(1, Math.ceil(points.length / rowsShown));
  const rows: TableRow[] = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size);
    const last = stretch.at(-1);
    if (last === undefined) break;
    const modelled = isModelled(run);
    rows.push({
      time: formatDuration(last.end),
      cells: [
        ...run.parts.map((legend) =>
          power(
            meanOverTime(stretch, ({ parts }) => parts[legend.part] ?? null),
            legend.modelled,
          ),
        ),
        power(
          meanOverTime(stretch, ({ total }) => total),
          modelled,
        ),
        ...(run.showsMachine
          ? [
              power(
                meanOverTime(stretch, ({ machine }) => machine),
                modelled,
              ),
            ]
          : []),
        energyText(last.wattHours, modelled),
      ],
    });
  }
  return { head, rows };
}
