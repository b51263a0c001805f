import type { Call, PythonModule } from '../../python/module';
import { argumentsOf, signature } from '../../python/signatures';
import { field } from '../../python/syntax';
import type { Fix } from '../rule';
import { candidateText, type FoundSearch } from './found';
import { gridSize } from './grids';

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
    yield {
      node: call.node,
      candidates,
      splits: null,
      fits: candidates,
      sentence:
        call.name === GRID
          ? `GridSampler tries ${candidateText(candidates)}${candidates === null ? '' : ', a trial each'}.`
          : 'BruteForceSampler tries every combination that the objective can suggest.',
      instead: "Optuna's default sampler (TPE) learns from its trials, and n_trials says how many there are.",
      single: 'A single candidate is not a search.',
      limit: 'warning',
      fixes: withoutSampler(module, call),
    };
  }
}

/** Drops `sampler=…`, so that the default holds. */
function withoutSampler(module: PythonModule, call: Call): readonly Fix[] {
  const argument = call.node.parent;
  const study = argument?.parent?.parent;
  if (argument?.type !== 'keyword_argument' || field(argument, 'name')?.text !== 'sampler' || study?.type !== 'call') return [];
  const all = argumentsOf(study);
  const index = all.findIndex(({ id }) => id === argument.id);
  const [next, before] = [all[index + 1], all[index - 1]];
  const start = next === undefined && before !== undefined ? before.endIndex : argument.startIndex;
  const end = next === undefined ? argument.endIndex : next.startIndex;
  return [{ title: 'Use the default sampler (TPE)', safe: false, edits: [{ start, end, text: '' }] }];
}
