import * as v from 'valibot';
import { number, runId, wholeNumber } from '../parameters';
import { runAnswer } from '../run-answer';
import { askTerminal, currentFolder, option } from '../terminal-answer';
import type { RunRecord } from '../../runs/record';
import type { AgentTool } from '../tool';

const parameters = v.strictObject({
  limit: wholeNumber(1, 30, 'Runs to return; default 10.'),
  before: v.exactOptional(
    v.pipe(runId, v.description('Only runs older than this id: nextBefore of the previous page.')),
  ),
  min_energy_wh: number(0, 1e12, 'Leave out runs that used less, Wh.'),
});

const usualLimit = 10;

export const listRuns: AgentTool = {
  name: 'list_runs',
  title: 'List Recorded Runs',
  description:
    'Lists the recorded runs of this project, newest first: id, command, exit code, duration (s), energy (Wh above idle, unless scope is "machine") with range and method, emissions (g CO2e), and the metrics that it printed. null is unknown, never 0.',
  parameters,
  effect: 'reads',
  async call(input, world) {
    const { limit = usualLimit, before, min_energy_wh: least = 0 } = input as v.InferOutput<typeof parameters>;
    const folder = currentFolder(world);
    const { runs } = (await askTerminal(
      world,
      // One more than asked for shows whether there is another page.
      { args: ['runs', 'list', '--json', `--last=${limit + 1}`, '--folder=.', ...option('--before', before)] },
      { before: '--before', limit: '--last', 'call list_runs without before': 'see "green-ml runs list"' },
    )) as unknown as { readonly runs: readonly RunRecord[] };
    const page = runs.slice(-limit);
    const shown = page.filter((run) => least === 0 || (run.energyWh.total ?? 0) >= least).reverse();
    const oldest = page[0];
    return {
      runs: shown.map((run) => runAnswer(run, folder)),
      ...(runs.length > limit && oldest !== undefined ? { nextBefore: oldest.id } : {}),
      ...(runs.length === 0
        ? { note: 'No runs of this project are recorded yet; measure one with measure_command.' }
        : {}),
    };
  },
};
