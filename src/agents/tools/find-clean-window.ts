import * as v from 'valibot';
import { rounded } from '../figures';
import { flag, number, words } from '../parameters';
import { askTerminal, folderIfAny, optionsOf } from '../terminal-answer';
import type { AgentTool } from '../tool';

const parameters = v.strictObject({
  hours: v.pipe(v.number(), v.minValue(1e-6), v.maxValue(876_000), v.description('Duration of the job, hours.')),
  location: words('Grid zone such as DE, or aws:eu-north-1. Default: the location of the settings.'),
  deadline: words('Latest finish, such as 24h or 2026-11-22T08:00; default 24h.'),
  energy_kwh: number(0, 1e15, 'Energy of the job, kWh; gives the grams saved.'),
  live: flag('Ask live services over the network for a forecast.'),
});

const names = {
  hours: '--hours',
  location: '--location',
  deadline: '--deadline',
  energy_kwh: '--kwh',
  live: '--live',
};

interface Advice {
  readonly zone: string;
  readonly basis: string;
  readonly source: string;
  readonly now: { readonly start: string; readonly gramsPerKWh: number };
  readonly best: Readonly<Record<string, unknown>> | null;
  readonly advice: string;
  readonly notes: readonly string[];
}

export const findCleanWindow: AgentTool = {
  name: 'find_clean_window',
  title: 'Find the Cleanest Start Time',
  description:
    'Finds when to start a job for the cleanest electricity before a deadline: carbon intensity (g CO2e/kWh) now and in the best window, and the advice "wait", "start now" or "no usable signal". Offline, from average hours of the grid; with live, it asks public services over the network.',
  parameters,
  effect: 'asks the network',
  worksAnywhere: true,
  async call(input, world) {
    const found = (await askTerminal(
      world,
      { args: ['when', '--json', ...optionsOf(input, names)], cwd: folderIfAny(world) },
      names,
    )) as unknown as Advice;
    const { zone, basis, source, now, best, advice, notes } = found;
    return {
      advice,
      zone,
      now: { start: now.start, gramsPerKWh: rounded(now.gramsPerKWh) },
      best:
        best === null
          ? null
          : Object.fromEntries(
              Object.entries(best).map(([name, value]) => [name, typeof value === 'number' ? rounded(value) : value]),
            ),
      basis,
      source,
      ...(notes.length === 0 ? {} : { notes }),
    };
  },
};
