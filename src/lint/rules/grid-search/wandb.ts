import type { PythonModule } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { entryOf, stringValue, toText, type DictValue, type Value } from '../../../python/values';
import type { Judgement } from '../../rule';
import { candidateText, type FoundSearch } from './found';
import { optionCount, product, toCount } from '../../libraries/grids';

/** Read in wandb 0.31, `sdk/wandb_sweep.py`. */
export const WANDB_SWEEP = 'wandb.sweep';
const SWEEP = signature('sweep, entity, project');
export const WANDB_AGENT = signature('sweep_id, function, entity, project, count');

export const WANDB_SEARCHES: readonly string[] = [WANDB_SWEEP];

/** The parts of a sweep's configuration that say how long it goes on. */
export interface Sweep {
  /** `grid`, `random`, `bayes`; null if it is not known. */
  readonly method: string | null;
  /** Combinations of a grid; null if they cannot be counted. */
  readonly candidates: number | null;
  /** True if a parameter of the grid is continuous, so that it never ends. */
  readonly endless: boolean;
  /** `run_cap`: null if certainly none. */
  readonly cap: Value | null;
}

export function readSweep(sweep: DictValue): Sweep {
  const method = entry(sweep, 'method');
  const parameters = entry(sweep, 'parameters');
  const space = parameters?.kind === 'dict' ? spaceOf(parameters, 0) : { candidates: null, endless: false };
  return { method: method === null ? null : toText(method), ...space, cap: entry(sweep, 'run_cap') };
}

const entry = (dict: DictValue, key: string): Value | null => entryOf(dict, stringValue(key));

interface Space {
  readonly candidates: number | null;
  readonly endless: boolean;
}

function spaceOf(parameters: DictValue, depth: number): Space {
  const spaces = parameters.entries.map(({ value }) => parameterSpace(value, depth));
  return {
    candidates: parameters.open ? null : product(spaces.map(({ candidates }) => candidates)),
    endless: spaces.some(({ endless }) => endless),
  };
}

function parameterSpace(parameter: Value, depth: number): Space {
  const unknown = { candidates: null, endless: false };
  if (parameter.kind !== 'dict' || depth > 10) return unknown;
  const values = entry(parameter, 'values');
  if (values !== null) return { candidates: optionCount(values), endless: false };
  if (entry(parameter, 'value') !== null) return { candidates: 1, endless: false };
  const nested = entry(parameter, 'parameters');
  if (nested !== null) return nested.kind === 'dict' ? spaceOf(nested, depth + 1) : unknown;
  const distribution = entry(parameter, 'distribution');
  const name = distribution === null ? null : toText(distribution);
  const ends = [entry(parameter, 'min'), entry(parameter, 'max')];
  // Without a distribution it is drawn from whole numbers only if both ends are written as such: 1.0 is not.
  const fractional = distribution === null && ends.some((end) => end?.kind === 'number' && !end.integer);
  return {
    candidates: null,
    endless: fractional || (name !== null && /^(?:log_)?(?:uniform|normal)(?:_values)?$/.test(name)),
  };
}

export function* wandbSearches(module: PythonModule): Generator<FoundSearch> {
  for (const call of module.calls(['sweep'])) {
    if (call.name !== WANDB_SWEEP) continue;
    const config = module.bind(call, SWEEP).value('sweep');
    const sweep = config?.kind === 'dict' ? readSweep(config) : null;
    if (sweep?.method === 'grid') yield { node: call.node, ...describeSweep(sweep, runsOfAgents(module)) };
  }
}

/** What agents take of a sweep, if a file has agents and each says how much: `count`. Null if nothing limits them, or an unknown number. */
function runsOfAgents(module: PythonModule): number | 'unknown' | null {
  const counts = module
    .calls(['agent'])
    .filter(({ name }) => name === 'wandb.agent')
    .map((call) => module.bind(call, WANDB_AGENT).value('count'));
  if (counts.length === 0 || counts.some((count) => count === null || count.kind === 'none')) return null;
  const [only] = counts;
  return (counts.length === 1 && only ? toCount(only) : null) ?? 'unknown';
}

/** What to say of a sweep in YAML that nothing in it ends; null if it has an end. */
export function endlessSweep({ method, cap }: Sweep): Judgement | null {
  if (cap !== null || (method !== 'random' && method !== 'bayes')) return null;
  return {
    // The command line may say how many runs there are.
    severity: 'information',
    message: `A ${method} sweep has no end of its own. Give run_cap here, or --count to each wandb agent.`,
    headline: 'endless',
    estimate: null,
  };
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
