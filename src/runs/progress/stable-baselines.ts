import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { isFigureOfModel, parseNumber } from './metric-text';

const row = /^\|\s+([\w/]{1,60})\s+\|\s+([-+\d.e]{1,40})\s+\|$/;

/** Stable-Baselines3: tables with frames of dashes; the iteration counts, or the episode if there is none. */
export class StableBaselinesReader implements FrameworkReader {
  private table: { group: string; readonly figures: Map<string, number> } | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    const text = line.trimEnd();
    if (/^-{10,}$/.test(text)) {
      const { table } = this;
      this.table = { group: '', figures: new Map() };
      return table === null || table.figures.size === 0 ? null : updatesOf(table.figures);
    }
    if (this.table === null) return null;
    if (!text.startsWith('|') || !text.endsWith('|') || this.table.figures.size > 100) {
      this.table = null;
      return null;
    }
    const group = /^\|\s+([\w]{1,40})\/\s+\|\s+\|$/.exec(text);
    if (group !== null) this.table.group = group[1] ?? '';
    const match = row.exec(text);
    const value = parseNumber(match?.[2] ?? '');
    if (value !== null) this.table.figures.set(`${this.table.group}/${match?.[1] ?? ''}`, value);
    return group === null && match === null ? null : [];
  }
}

function updatesOf(figures: ReadonlyMap<string, number>): readonly ProgressUpdate[] | null {
  const count = figures.get('time/iterations') ?? figures.get('time/episodes');
  if (count === undefined || !figures.has('time/total_timesteps')) return null;
  const metrics: Record<string, number> = {};
  for (const [name, value] of figures) if (!name.startsWith('time/') && isFigureOfModel(name)) metrics[name] = value;
  return [{ unit: 'iteration', epoch: count, of: null, metrics }];
}
