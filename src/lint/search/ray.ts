import type { Call, PythonModule } from '../../python/module';
import { argumentsOf, signature, type BoundArguments } from '../../python/signatures';
import { toInteger, UNKNOWN, type Value } from '../../python/values';
import { addArgument, inOrder, setArgument } from '../edits';
import { renamedCallee, siblingName } from '../imported-names';
import type { Edit, Fix } from '../rule';
import { candidateText, type FoundSearch } from './found';
import { optionCount, product } from './grids';
import { proposedDraws } from './randomized';

/** Read in Ray 2.60: `tune/search/sample.py`, `tune/tune.py`, `tune/tuner.py`, `tune/tune_config.py`. */
const GRID_SEARCH = 'ray.tune.grid_search';
const RUN = signature('run_or_experiment, *, name, metric, mode, stop, config, num_samples, search_alg, scheduler');
const TUNER = signature('trainable, *, param_space, tune_config, run_config');
export const TUNE_CONFIG = signature('mode, metric, search_alg, scheduler, num_samples');

export const RAY_SEARCHES: readonly string[] = [GRID_SEARCH, 'ray.tune.run', 'ray.tune.Tuner'];
export const RAY_RELATED: readonly string[] = ['ray.tune.TuneConfig'];

/** A search as Ray runs it: its space, how often each point of the grid is sampled, and what schedules the trials. */
export interface RaySearch {
  readonly call: Call;
  readonly space: Value;
  /** Null if it is not known. */
  readonly samples: number | null;
  /** Null if certainly none is given. */
  readonly scheduler: Value | null;
}

/** The searches of a module, whether they have a grid or not. */
export function* rayRuns(module: PythonModule): Generator<RaySearch> {
  for (const call of module.calls(['run', 'Tuner'])) {
    if (call.name === 'ray.tune.run') {
      const args = module.bind(call, RUN);
      yield {
        call,
        space: args.value('config') ?? UNKNOWN,
        samples: samplesOf(args),
        scheduler: args.value('scheduler'),
      };
    } else if (call.name === 'ray.tune.Tuner') {
      const args = module.bind(call, TUNER);
      const configured = args.value('tune_config');
      const config = configured === null ? null : module.callOf(configured);
      const settings = config?.name?.endsWith('.TuneConfig') === true ? module.bind(config, TUNE_CONFIG) : null;
      yield {
        call,
        space: args.value('param_space') ?? UNKNOWN,
        samples: configured === null ? 1 : settings === null ? null : samplesOf(settings),
        scheduler: configured === null ? null : settings === null ? UNKNOWN : settings.value('scheduler'),
      };
    }
  }
}

function samplesOf(args: BoundArguments): number | null {
  const given = args.value('num_samples');
  return given === null ? 1 : toInteger(given);
}

export function* raySearches(module: PythonModule): Generator<FoundSearch> {
  const counted = new Set<number>();
  for (const { call, space, samples } of rayRuns(module)) {
    const grid = gridOf(module, space, counted);
    if (grid.points === 0) continue;
    // -1 samples without end.
    const candidates = samples !== null && samples < 1 ? null : product([grid.points, samples]);
    yield { ...found(call, candidates, grid.points, samples), fixes: drawn(module, call, grid.calls, candidates) };
  }
  // Grids whose run is elsewhere: at the first of them.
  const rest = module.calls(['grid_search']).filter(({ name, node }) => name === GRID_SEARCH && !counted.has(node.id));
  const [first] = rest;
  if (first !== undefined) yield found(first, null, null, null);
}

function found(call: Call, candidates: number | null, points: number | null, samples: number | null): FoundSearch {
  const endless = samples === -1;
  const times =
    candidates !== null && samples !== null && samples > 1
      ? ` (${points ?? '?'} points of the grid × num_samples=${samples})`
      : '';
  return {
    node: call.node,
    candidates,
    splits: null,
    fits: candidates,
    sentence: endless
      ? 'tune.grid_search with num_samples=-1 makes Ray repeat the whole grid without end.'
      : `tune.grid_search makes Ray try ${candidateText(candidates)}${times}.`,
    instead: 'tune.choice with num_samples sets the number of trials, and the ASHA scheduler ends weak ones early.',
    single: 'A single candidate is not a search.',
    limit: 'warning',
    fixes: [],
  };
}

/** The trials that a search runs; null if that is not known, or if it has no end. */
export function rayTrials(module: PythonModule, { space, samples }: RaySearch): number | null {
  const { points } = gridOf(module, space, new Set());
  return samples === null || samples < 1 ? null : product([points === 0 ? 1 : points, samples]);
}

interface GridPoints {
  /** 0 if there is no grid in the space, null if its size is not known. */
  readonly points: number | null;
  /** The `grid_search(…)` in it. */
  readonly calls: readonly Call[];
}

/** The points of all grids within a search space. */
function gridOf(module: PythonModule, space: Value, counted: Set<number>): GridPoints {
  const sizes: (number | null)[] = [];
  const calls: Call[] = [];
  collect(module, space, { counted, sizes, calls }, 0);
  return { points: sizes.length === 0 ? 0 : product(sizes), calls };
}

interface Collected {
  readonly counted: Set<number>;
  readonly sizes: (number | null)[];
  readonly calls: Call[];
}

function collect(module: PythonModule, value: Value, collected: Collected, depth: number): void {
  if (depth > 20) return;
  const { counted, sizes, calls } = collected;
  const call = module.callOf(value);
  if (call !== null && call.name === GRID_SEARCH) {
    counted.add(call.node.id);
    calls.push(call);
    const [values] = argumentsOf(call.node);
    sizes.push(values === undefined ? null : optionCount(module.evaluate(values)));
  } else if (value.kind === 'dict') {
    for (const entry of value.entries) collect(module, entry.value, collected, depth + 1);
    if (value.open && sizes.length > 0) sizes.push(null);
  } else if (value.kind === 'sequence') {
    for (const item of value.items ?? []) collect(module, item, collected, depth + 1);
  }
}

/** Lets Ray draw the values at random, and says how many trials there are. */
function drawn(module: PythonModule, run: Call, grids: readonly Call[], candidates: number | null): readonly Fix[] {
  const draws = proposedDraws(candidates);
  const choices = grids.map((call) => renamedCallee(module, call, 'choice'));
  const samples =
    run.name === 'ray.tune.run'
      ? setArgument(run.node, module.bind(run, RUN), 'num_samples', String(draws))
      : samplesOfTuner(module, run, draws);
  if (samples === null || choices.includes(null)) return [];
  // Names that are imported once would be imported again by each call.
  const edits = new Map(choices.flatMap((each) => each ?? []).map((edit) => [`${edit.start}:${edit.end}`, edit]));
  return [
    { title: `Use tune.choice with num_samples=${draws}`, safe: false, edits: inOrder([...edits.values(), samples]) },
  ];
}

function samplesOfTuner(module: PythonModule, tuner: Call, draws: number): Edit | null {
  const args = module.bind(tuner, TUNER);
  const configured = args.get('tune_config');
  if (configured !== null) {
    const config = module.callOf(configured.value);
    return config === null
      ? null
      : setArgument(config.node, module.bind(config, TUNE_CONFIG), 'num_samples', String(draws));
  }
  const made = siblingName(module, tuner, 'TuneConfig', { replaces: false });
  // An import of its own is left to the person: two edits of one list of names would meet.
  return made === null || made.edits.length > 0 || !args.complete
    ? null
    : addArgument(tuner.node, `tune_config=${made.text}(num_samples=${draws})`);
}
