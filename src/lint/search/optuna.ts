import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { field } from '../../python/syntax';
import { UNKNOWN } from '../../python/values';
import { addArgument, inOrder, replaceNode } from '../edits';
import { renamedCallee, wholeLine, withoutImport } from '../imported-names';
import type { Edit, Fix } from '../rule';
import { candidateText, type FoundSearch } from './found';
import { gridSize, toCount } from './grids';
import { proposedDraws } from './randomized';

/** Read in Optuna 5.0, `samplers/_grid.py` and `samplers/_brute_force.py`. */
const GRID = 'optuna.samplers.GridSampler';
const BRUTE_FORCE = 'optuna.samplers.BruteForceSampler';
const GRID_SAMPLER = signature('search_space, seed');

export const OPTUNA_SEARCHES: readonly string[] = [GRID, BRUTE_FORCE];

export function* optunaSearches(module: PythonModule): Generator<FoundSearch> {
  for (const call of module.calls(['GridSampler', 'BruteForceSampler'])) {
    if (call.name !== GRID && call.name !== BRUTE_FORCE) continue;
    const space = call.name === GRID ? module.bind(call, GRID_SAMPLER).get('search_space') : null;
    if (call.name === GRID && space === null) continue;
    const candidates = space === null ? null : gridSize(space.value);
    const trials = trialsWith(module, call);
    const ended = trials.most !== null && (candidates === null || trials.most < candidates) ? trials.most : null;
    const limit = ended === null ? '' : `, and n_trials=${ended} ends it after ${ended}`;
    yield {
      node: call.node,
      candidates,
      splits: null,
      fits: trials.known ? (ended ?? candidates) : null,
      sentence:
        call.name === GRID
          ? `GridSampler ${ended === null ? 'tries' : 'goes through'} ${candidateText(candidates)}${candidates === null ? '' : ', a trial each'}${limit}.`
          : `BruteForceSampler tries every combination that the objective can suggest${limit}.`,
      instead: "Optuna's default sampler (TPE) learns from its trials, and n_trials says how many there are.",
      single: 'A single candidate is not a search.',
      limit: ended === null ? 'warning' : 'information',
      fixes: withoutSampler(module, call, candidates),
    };
  }
}

/** Read in Optuna 5.0, `study/study.py`. */
const OPTIMIZE = signature('func, n_trials, timeout, n_jobs, catch, callbacks');
const BY_NAME = signature('*');

/** Lets the default sampler choose, and says how many trials there are, since only a grid ends by itself. */
function withoutSampler(module: PythonModule, call: Call, candidates: number | null): readonly Fix[] {
  const draws = proposedDraws(candidates);
  const limits = limitedTrials(module, call, draws);
  const sampler = droppedArgument(module, call) ?? defaultSampler(module, call);
  if (limits === null || sampler === null) return [];
  const count = limits.length === 0 ? '' : `, ${draws} trials`;
  return [{ title: `Use the default sampler (TPE)${count}`, safe: false, edits: inOrder([...sampler, ...limits]) }];
}

/** Takes `sampler=GridSampler(…)` out of the arguments that it stands in; comments stay. */
function droppedArgument(module: PythonModule, { node, callee }: Call): readonly Edit[] | null {
  const argument = node.parent;
  const list = argument?.parent ?? null;
  if (argument?.type !== 'keyword_argument' || field(argument, 'name')?.text !== 'sampler') return null;
  if (list === null || list.parent?.type !== 'call') return null;
  const { text } = module;
  const [start, end] = [argument.startIndex, argument.endIndex];
  const around = list.children.filter(({ type }) => type !== 'comment');
  const index = around.findIndex(({ id }) => id === argument.id);
  const [before, next] = [around[index - 2], around[index + 1]];
  const edits = withoutImport(module, callee);
  if (next?.type === ',') {
    if (text.slice(end, next.startIndex).includes('#')) return null;
    const blanks = /^[ \t]*/.exec(text.slice(next.endIndex, next.endIndex + 200))?.[0].length ?? 0;
    return [...edits, wholeLine(text, start, next.endIndex) ?? { start, end: next.endIndex + blanks, text: '' }];
  }
  const isPlain = before !== undefined && !text.slice(before.endIndex, start).includes('#');
  return [...edits, { start: isPlain ? before.endIndex : start, end, text: '' }];
}

/** Makes a `TPESampler` where the sampler is made. */
function defaultSampler(module: PythonModule, call: Call): readonly Edit[] | null {
  const given = field(call.node, 'arguments');
  const seed = module.bind(call, GRID_SAMPLER).get('seed')?.node ?? null;
  const renamed = renamedCallee(module, call, 'TPESampler');
  if (given === null || renamed === null) return null;
  return [...renamed, replaceNode(given, seed === null ? '()' : `(seed=${seed.text})`)];
}

interface Trials {
  /** The trials after which every search with the sampler ends; null if they end with the grid. */
  readonly most: number | null;
  /** False if something else may end a search before its grid does. */
  readonly known: boolean;
}

/** A grid ends by itself, or before that with the trials that `optimize` is given. */
function trialsWith(module: PythonModule, sampler: Call): Trials {
  const searches = searchesWith(module, sampler);
  const limits = searches.map((optimize) => {
    const args = module.bind(optimize, OPTIMIZE);
    const [trials, timeout] = [args.value('n_trials'), args.value('timeout')];
    const isOpen = (timeout === null || timeout.kind === 'none') && (trials === null || trials.kind === 'none');
    return isOpen
      ? 'open'
      : timeout === null || timeout.kind === 'none'
        ? trials === null
          ? null
          : toCount(trials)
        : null;
  });
  // Searches that follow each other go on where the last one ended.
  const [only] = limits.length === 1 ? limits : [limits.every((limit) => limit === 'open') ? ('open' as const) : null];
  return { most: typeof only === 'number' ? only : null, known: only !== null };
}

function searchesWith(module: PythonModule, sampler: Call): readonly Call[] {
  return module.calls(['optimize']).filter((optimize) => {
    const study = optimize.receiver === null ? null : module.callOf(module.evaluate(optimize.receiver));
    const used = study === null ? null : module.callOf(module.bind(study, BY_NAME).get('sampler')?.value ?? UNKNOWN);
    return used?.node.id === sampler.node.id;
  });
}

/** What makes each search with this sampler end; null if it is not known where they are. */
function limitedTrials(module: PythonModule, sampler: Call, draws: number): readonly Edit[] | null {
  const edits: Edit[] = [];
  const searches = searchesWith(module, sampler);
  for (const optimize of searches) {
    const args = module.bind(optimize, OPTIMIZE);
    if (!args.omits('n_trials') || !args.omits('timeout')) continue;
    const limit = addArgument(optimize.node, `n_trials=${draws}`);
    if (limit !== null) edits.push(limit);
  }
  return searches.length === 0 && !/\b(?:n_trials|timeout)\b/.test(module.text) ? null : edits;
}
