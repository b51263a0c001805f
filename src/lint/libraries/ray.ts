import type { Call, PythonModule } from '../../python/module';
import { argumentsOf, signature, type BoundArguments } from '../../python/signatures';
import { toInteger, unknownValue, type Value } from '../../python/values';
import { calls, query, type Query } from '../engine/query';
import { optionCount, product } from './grids';

/** Read in Ray 2.60: `tune/search/sample.py`, `tune/tune.py`, `tune/tuner.py`, `tune/tune_config.py`. */
const gridSearch = 'ray.tune.grid_search';
const runName = 'ray.tune.run';
const tunerName = 'ray.tune.Tuner';
const run = signature('run_or_experiment, *, name, metric, mode, stop, config, num_samples, search_alg, scheduler');
const tuner = signature('trainable, *, param_space, tune_config, run_config');
const tuneConfig = signature('mode, metric, search_alg, scheduler, num_samples');

/** A search of Ray: its space, the samples of each grid point, and the scheduler of its trials. */
export interface RaySearch {
  readonly call: Call;
  readonly space: Value;
  /** The points of all grids in the space: 0 if there is none, null if their number is not known. */
  readonly points: number | null;
  /** The `grid_search(…)` in it. */
  readonly grids: readonly Call[];
  /** Null if it is not known; -1 samples without end. */
  readonly samples: number | null;
  /** Null if certainly none is given that stops trials. */
  readonly scheduler: Value | null;
  /** The call that takes `num_samples`, with its arguments; null if a `TuneConfig` is missing or not known. */
  readonly sampling: { readonly call: Call; readonly args: BoundArguments } | null;
  /** The arguments of the search itself. */
  readonly args: BoundArguments;
}

const runs = calls([runName, tunerName], { related: ['ray.tune.TuneConfig'] });

/** The searches of a module, whether they have a grid or not. */
export const raySearches: Query<RaySearch> = query(runs, function* (module) {
  for (const call of runs.find(module)) {
    if (call.name === runName) {
      const args = module.bind(call, run);
      const space = args.value('config') ?? unknownValue;
      const scheduler = schedulerOf(module, args);
      yield {
        call,
        space,
        ...gridOf(module, space),
        samples: samplesOf(args),
        scheduler,
        sampling: { call, args },
        args,
      };
      continue;
    }
    const args = module.bind(call, tuner);
    const configured = args.value('tune_config');
    const config = configured === null ? null : module.callOf(configured);
    const bound = config === null ? null : module.bind(config, tuneConfig);
    const settings = config?.name?.endsWith('.TuneConfig') === true ? bound : null;
    const space = args.value('param_space') ?? unknownValue;
    yield {
      call,
      space,
      ...gridOf(module, space),
      samples: configured === null ? 1 : settings === null ? null : samplesOf(settings),
      scheduler: configured === null ? null : settings === null ? unknownValue : schedulerOf(module, settings),
      sampling: config === null || bound === null ? null : { call: config, args: bound },
      args,
    };
  }
});

/** Ray's default scheduler runs every trial to its end, so it does not count as one. */
function schedulerOf(module: PythonModule, args: BoundArguments): Value | null {
  const scheduler = args.value('scheduler');
  const name = scheduler === null ? null : (module.callOf(scheduler)?.name ?? null);
  return name !== null && /^ray\.tune\.schedulers\.(?:\w+\.)?FIFOScheduler$/.test(name) ? null : scheduler;
}

const gridCalls = calls([gridSearch]);

/** Every `grid_search(…)` of a module. */
export const rayGrids: Query<Call> = gridCalls;

function samplesOf(args: BoundArguments): number | null {
  const given = args.value('num_samples');
  return given === null ? 1 : toInteger(given);
}

/** What a search of Ray tries. */
export const triedBy = ({ args }: RaySearch): Value =>
  args.value('trainable') ?? args.value('run_or_experiment') ?? unknownValue;

/** The trials that a search runs; null if that is not known, or if it has no end. */
export function rayTrials({ points, samples }: RaySearch): number | null {
  return samples === null || samples < 1 ? null : product([points === 0 ? 1 : points, samples]);
}

/** The points of all grids within a search space. */
function gridOf(module: PythonModule, space: Value): Pick<RaySearch, 'points' | 'grids'> {
  const sizes: (number | null)[] = [];
  const grids: Call[] = [];
  collect(module, space, { sizes, grids }, 0);
  return { points: sizes.length === 0 ? 0 : product(sizes), grids };
}

/** The values of one `grid_search([…])`; null if they cannot be counted. */
export function pointsOfGrid(module: PythonModule, { node }: Call): number | null {
  const [values] = argumentsOf(node);
  return values === undefined ? null : optionCount(module.evaluate(values));
}

interface Collected {
  readonly sizes: (number | null)[];
  readonly grids: Call[];
}

function collect(module: PythonModule, value: Value, collected: Collected, depth: number): void {
  if (depth > 20) return;
  const { sizes, grids } = collected;
  const call = module.callOf(value);
  if (call !== null && call.name === gridSearch) {
    grids.push(call);
    sizes.push(pointsOfGrid(module, call));
  } else if (value.kind === 'dict') {
    for (const entry of value.entries) collect(module, entry.value, collected, depth + 1);
    if (value.open && sizes.length > 0) sizes.push(null);
  } else if (value.kind === 'sequence') {
    for (const item of value.items ?? []) collect(module, item, collected, depth + 1);
  }
}
