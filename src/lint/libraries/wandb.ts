import type { Call, PythonModule } from '../../python/module';
import { signature, type BoundArguments } from '../../python/signatures';
import { entryNamed, toInteger, toText, type DictValue, type Value } from '../../python/values';
import { calls, query, wantedBy, type Query } from '../engine/query';
import { optionCount, product } from './grids';

/** Read in wandb 0.31, `sdk/wandb_sweep.py`. */
const sweepCall = 'wandb.sweep';
const sweepParameters = signature('sweep, entity, project');
const agent = 'wandb.agent';
const agentParameters = signature('sweep_id, function, entity, project, count');

/** The parts of a sweep's configuration that decide how long it runs. */
export interface Sweep {
  /** `grid`, `random`, `bayes`; null if it is not known. */
  readonly method: string | null;
  /** Combinations of a grid; null if they cannot be counted. */
  readonly candidates: number | null;
  /** True if a parameter of the grid is continuous, so that it never ends. */
  readonly endless: boolean;
  /** `run_cap`: null if certainly none. */
  readonly cap: Value | null;
  /** True if `early_terminate` stops weak runs. */
  readonly stopsWeak: boolean;
}

export function readSweep(sweep: DictValue): Sweep {
  const method = entryNamed(sweep, 'method');
  const parameters = entryNamed(sweep, 'parameters');
  const space = parameters?.kind === 'dict' ? spaceOf(parameters, 0) : { candidates: null, endless: false };
  return {
    method: method === null ? null : toText(method),
    ...space,
    cap: entryNamed(sweep, 'run_cap'),
    stopsWeak: entryNamed(sweep, 'early_terminate') !== null,
  };
}

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
  const values = entryNamed(parameter, 'values');
  if (values !== null) return { candidates: optionCount(values), endless: false };
  if (entryNamed(parameter, 'value') !== null) return { candidates: 1, endless: false };
  const nested = entryNamed(parameter, 'parameters');
  if (nested !== null) return nested.kind === 'dict' ? spaceOf(nested, depth + 1) : unknown;
  const distribution = entryNamed(parameter, 'distribution');
  const name = distribution === null ? null : toText(distribution);
  const ends = [entryNamed(parameter, 'min'), entryNamed(parameter, 'max')];
  // Without a distribution, values are integers only if both ends are written as integers: 1.0 is not.
  const fractional = distribution === null && ends.some((end) => end?.kind === 'number' && !end.integer);
  const [least = null, most = null] = ends.map((end) => (end === null ? null : toInteger(end)));
  // A grid goes through all integers of a range (wandb 0.31).
  const isRange = !fractional && (distribution === null || name === 'int_uniform');
  return {
    candidates: isRange && least !== null && most !== null && most >= least ? most - least + 1 : null,
    endless: fractional || (name !== null && /^(?:log_)?(?:uniform|normal)(?:_values)?$/.test(name)),
  };
}

/** A sweep that a module starts. */
export interface WandbSweep {
  readonly call: Call;
  readonly sweep: Sweep;
  /** True if its configuration may hold more than is written. */
  readonly isOpen: boolean;
}

const sweepCalls = calls([sweepCall]);
const agentCalls = calls([agent]);

/** The sweeps whose configuration is in the module. Rules also ask for the agents. */
export const wandbSweeps: Query<WandbSweep> = query(wantedBy([sweepCalls, agentCalls]), function* (module) {
  for (const call of sweepCalls.find(module)) {
    const config = module.bind(call, sweepParameters).value('sweep');
    if (config?.kind === 'dict') yield { call, sweep: readSweep(config), isOpen: config.open };
  }
});

/** A program that runs a part of a sweep. */
interface WandbAgent {
  readonly call: Call;
  readonly args: BoundArguments;
  /** `count`, the runs that it takes; null if certainly not given. */
  readonly count: Value | null;
}

export const wandbAgents: Query<WandbAgent> = query(agentCalls, function* (module: PythonModule) {
  for (const call of agentCalls.find(module)) {
    const args = module.bind(call, agentParameters);
    const count = args.value('count');
    yield { call, args, count: count?.kind === 'none' ? null : count };
  }
});
