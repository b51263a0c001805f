import type { PythonModule } from '../../../python/module';
import { counted } from '../../../present/words';
import { toCount } from '../../libraries/grids';
import { wandbAgents, type Sweep, type WandbSweep } from '../../libraries/wandb';
import { candidateText, type FoundSearch } from './found';

export function describeWandb({ call, sweep }: WandbSweep, module: PythonModule): FoundSearch | null {
  return sweep.method === 'grid' ? { node: call.node, ...describeSweep(sweep, runsOfAgents(module)) } : null;
}

/** The runs that the agents of a file take, by their `count`: 'unknown' if the number is not known, null if nothing limits them. */
function runsOfAgents(module: PythonModule): number | 'unknown' | null {
  const agents = [...wandbAgents.find(module)];
  const [only] = agents;
  if (only === undefined || agents.some(({ count }) => count === null)) return null;
  return (agents.length === 1 && only.count !== null ? toCount(only.count) : null) ?? 'unknown';
}

/** Describes a grid sweep, in code or in YAML. */
export function describeSweep(
  { candidates, endless, cap }: Sweep,
  agents: ReturnType<typeof runsOfAgents> = null,
): Omit<FoundSearch, 'node'> {
  const most = cap === null ? null : toCount(cap);
  const limitOfAgent = typeof agents === 'number' && candidates !== null && agents < candidates ? agents : null;
  const ends = [candidates, most, limitOfAgent].filter((end) => end !== null);
  const isKnown = (cap === null || most !== null) && agents !== 'unknown' && (candidates !== null || most !== null);
  const agentNote = limitOfAgent === null ? '' : ` The agent stops after ${counted(limitOfAgent, 'run')} (count).`;
  const limited =
    cap === null
      ? ''
      : most === null
        ? ' The sweep has a run_cap.'
        : ` The sweep stops after ${counted(most, 'run')} (run_cap).`;
  return {
    candidates,
    splits: null,
    fits: isKnown ? Math.min(...ends) : null,
    sentence: endless
      ? `This grid sweep never ends: one of its parameters is continuous.${limited}`
      : `This sweep tries ${candidateText(candidates)}${candidates === null ? '' : ', one run each'}.${limited}${agentNote}`,
    instead: 'method: bayes or random with run_cap limits the number of runs, and early_terminate stops weak ones.',
    single: 'A single run is not a sweep.',
    limit: cap === null && limitOfAgent === null ? 'warning' : 'information',
    fixes: [],
  };
}
