import type { PythonModule } from '../../../python/module';
import { toCount } from '../../libraries/grids';
import { wandbAgents, type Sweep, type WandbSweep } from '../../libraries/wandb';
import { candidateText, type FoundSearch } from './found';

export function describeWandb({ call, sweep }: WandbSweep, module: PythonModule): FoundSearch | null {
  return sweep.method === 'grid' ? { node: call.node, ...describeSweep(sweep, runsOfAgents(module)) } : null;
}

/** What agents take of a sweep, if a file has agents and each says how much: `count`. Null if nothing limits them, or an unknown number. */
function runsOfAgents(module: PythonModule): number | 'unknown' | null {
  const agents = [...wandbAgents.find(module)];
  const [only] = agents;
  if (only === undefined || agents.some(({ count }) => count === null)) return null;
  return (agents.length === 1 && only.count !== null ? toCount(only.count) : null) ?? 'unknown';
}

/** What to say of a grid sweep, in code or in YAML. */
export function describeSweep(
  { candidates, endless, cap }: Sweep,
  agents: ReturnType<typeof runsOfAgents> = null,
): Omit<FoundSearch, 'node'> {
  const most = cap === null ? null : toCount(cap);
  const counted = typeof agents === 'number' && candidates !== null && agents < candidates ? agents : null;
  const ends = [candidates, most, counted].filter((end) => end !== null);
  const isKnown = (cap === null || most !== null) && agents !== 'unknown' && (candidates !== null || most !== null);
  const agentNote = counted === null ? '' : ` The agent ends after ${counted} runs (count).`;
  const limited =
    cap === null ? '' : most === null ? ' The sweep has a run_cap.' : ` The sweep ends after ${most} runs (run_cap).`;
  return {
    candidates,
    splits: null,
    fits: isKnown ? Math.min(...ends) : null,
    sentence: endless
      ? `This grid sweep never ends: one of its parameters is continuous.${limited}`
      : `This sweep tries ${candidateText(candidates)}${candidates === null ? '' : ', a run each'}.${limited}${agentNote}`,
    instead: 'method: bayes or random with a run_cap sets the number of runs, and early_terminate ends weak ones.',
    single: 'A single run is not a sweep.',
    limit: cap === null && counted === null ? 'warning' : 'information',
    fixes: [],
  };
}
