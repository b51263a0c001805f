import type { Call, PythonModule } from '../../../python/module';
import { addArgument, inOrder, setArgument } from '../../fixes/edits';
import { renamedCallee, siblingName } from '../../engine/imported-names';
import { product } from '../../libraries/grids';
import { rayGrids, raySearches, type RaySearch } from '../../libraries/ray';
import { query, wantedBy, type Query } from '../../engine/query';
import type { Edit, Fix } from '../../engine/rule';
import { proposedDraws } from './draws';
import { candidateText, type FoundSearch } from './found';

/** The searches that have a grid; and the first of the grids whose search is elsewhere, which has none. */
export const raySearchesWithGrid: Query<{ readonly call: Call; readonly search: RaySearch | null }> = query(
  wantedBy([raySearches, rayGrids]),
  function* (module) {
    const counted = new Set<number>();
    for (const search of raySearches.find(module)) {
      for (const { node } of search.grids) counted.add(node.id);
      if (search.points !== 0) yield { call: search.call, search };
    }
    const first = [...rayGrids.find(module)].find(({ node }) => !counted.has(node.id));
    if (first !== undefined) yield { call: first, search: null };
  },
);

export function describeRay(
  { call, search }: { readonly call: Call; readonly search: RaySearch | null },
  module: PythonModule,
): FoundSearch {
  const samples = search?.samples ?? null;
  const points = search?.points ?? null;
  // -1 samples without end.
  const candidates = search === null || (samples !== null && samples < 1) ? null : product([points, samples]);
  const times =
    candidates !== null && samples !== null && samples > 1
      ? ` (${points ?? '?'} points of the grid × num_samples=${samples})`
      : '';
  return {
    node: call.node,
    candidates,
    splits: null,
    fits: candidates,
    sentence:
      samples === -1
        ? 'tune.grid_search with num_samples=-1 makes Ray repeat the whole grid without end.'
        : `tune.grid_search makes Ray try ${candidateText(candidates)}${times}.`,
    instead: 'tune.choice with num_samples sets the number of trials, and the ASHA scheduler ends weak ones early.',
    single: 'A single candidate is not a search.',
    limit: 'warning',
    fixes: search === null ? [] : drawn(module, search, candidates),
  };
}

/** Lets Ray draw the values at random, and says how many trials there are. */
function drawn(module: PythonModule, search: RaySearch, candidates: number | null): readonly Fix[] {
  const draws = proposedDraws(candidates);
  const choices = search.grids.map((call) => renamedCallee(module, call, 'choice'));
  const samples = withSamples(module, search, draws);
  if (samples === null || choices.includes(null)) return [];
  // Names that are imported once would be imported again by each call.
  const edits = new Map(choices.flatMap((each) => each ?? []).map((edit) => [`${edit.start}:${edit.end}`, edit]));
  return [
    { title: `Use tune.choice with num_samples=${draws}`, safe: false, edits: inOrder([...edits.values(), samples]) },
  ];
}

function withSamples(module: PythonModule, { call, args, sampling }: RaySearch, draws: number): Edit | null {
  if (sampling !== null) return setArgument(sampling.call.node, sampling.args, 'num_samples', String(draws));
  if (args.get('tune_config') !== null) return null;
  const made = siblingName(module, call, 'TuneConfig', { replaces: false });
  // An import of its own is left to the person: two edits of one list of names would meet.
  return made === null || made.edits.length > 0 || !args.complete
    ? null
    : addArgument(call.node, `tune_config=${made.text}(num_samples=${draws})`);
}
