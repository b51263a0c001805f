import { isRunning } from '../processes/alive';
import type { ProcessTable } from '../processes/table';
import { runName } from '../runs/command-line';

/** How many are named at most. */
const mostNamed = 3;

/**
 * What of a run still runs although its command has ended (`nohup … &`), as a sentence for people: the run's figures end
 * with the command. Null if nothing does.
 */
export async function leftBehind(
  pids: readonly number[],
  processes: Pick<ProcessTable, 'commandLine'>,
): Promise<string | null> {
  const alive = pids.filter((pid) => isRunning(pid));
  if (alive.length === 0) return null;
  const names = await Promise.all(
    alive.slice(0, mostNamed).map(async (pid) => {
      const words = await processes.commandLine(pid);
      return `${words === null || words.length === 0 ? 'a process' : runName(words)} (${pid})`;
    }),
  );
  const more = alive.length > mostNamed ? ` and ${alive.length - mostNamed} more` : '';
  const [still, it] = alive.length === 1 ? ['still runs', 'it uses'] : ['still run', 'they use'];
  return `The command has ended, but ${names.join(', ')}${more} ${still}: what ${it} from now on is not in these figures. Measure it itself, or let the command wait for it.`;
}
