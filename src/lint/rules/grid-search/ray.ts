import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { addArgument, inOrder, setArgument } from '../../fixes/edits';
import { renamedCallee, siblingName } from '../../engine/imported-names';
import { product } from '../../libraries/grids';
import { pointsOfGrid, rayGrids, raySearches, triedBy, type RaySearch } from '../../libraries/ray';
import { onlyCalculates } from '../../libraries/toy-objectives';
import { query, wantedBy, type Query } from '../../engine/query';
import type { Edit, Fix } from '../../engine/rule';
import { candidateText, isCallersGrid, proposedDraws, type FoundSearch } from './found';

/** The searches with a grid, and the first grid whose search is elsewhere. */
export const raySearchesWithGrid: Query<GridOfRay> = query(wantedBy([raySearches, rayGrids]), function* (module) {
  const counted = new Set<number>();
  // A search whose space is not known may repeat a grid that is made elsewhere.
  let repeats = false;
  for (const search of raySearches.find(module)) {
    for (const { node } of search.grids) counted.add(node.id);
    repeats ||= search.points === 0 && search.samples !== 1;
    if (search.points !== 0 && !onlyCalculates(module, triedBy(search)))
      yield { call: search.call, search, points: search.points };
  }
  const [first, ...others] = [...rayGrids.find(module)].filter(({ node }) => !counted.has(node.id));
  if (first !== undefined)
    yield { call: first, search: null, points: repeats ? null : pointsOf(module, [first, ...others]) };
});

interface GridOfRay {
  readonly call: Call;
  readonly search: RaySearch | null;
  /** The points of the grid; null if they are not known. */
  readonly points: number | null;
}

/** The points of grids whose search is elsewhere, if one statement holds them all. */
function pointsOf(module: PythonModule, grids: readonly Call[]): number | null {
  const statements = new Set(grids.map(({ node }) => statementAround(node)?.id ?? null));
  return statements.size > 1 ? null : product(grids.map((grid) => pointsOfGrid(module, grid)));
}

function statementAround(node: Node): Node | null {
  let statement: Node | null = node;
  while (statement !== null && !/_statement$/.test(statement.type)) statement = statement.parent;
  return statement;
}

export function describeRay({ call, search, points }: GridOfRay, module: PythonModule): FoundSearch {
  const samples = search === null ? 1 : search.samples;
  // -1 samples without end.
  const candidates = samples !== null && samples < 1 ? null : product([points, samples]);
  const times =
    candidates !== null && samples !== null && samples > 1
      ? ` (${points ?? '?'} grid points × num_samples=${samples})`
      : '';
  return {
    node: call.node,
    candidates,
    splits: null,
    fits: candidates,
    isEndless: samples === -1,
    sentence:
      samples === -1
        ? 'tune.grid_search with num_samples=-1 repeats the whole grid forever.'
        : `tune.grid_search tries ${candidateText(candidates)}${times}.`,
    instead: 'tune.choice with num_samples limits the number of trials, and the ASHA scheduler stops weak ones early.',
    fewer: { how: 'tune.choice', candidates: proposedDraws(candidates), fits: proposedDraws(candidates) },
    single: 'A single candidate is not a search.',
    limit: points === null && isCallersGrid(module, search?.grids[0]?.node ?? call.node) ? 'information' : 'warning',
    fixes: search === null ? [] : drawn(module, search, candidates),
  };
}

/** Lets Ray draw the values at random, and sets the number of trials. */
function drawn(module: PythonModule, search: RaySearch, candidates: number | null): readonly Fix[] {
  const draws = proposedDraws(candidates);
  const choices = search.grids.map((call) => renamedCallee(module, call, 'choice'));
  const samples = withSamples(module, search, draws);
  if (samples === null || choices.includes(null)) return [];
  // Without this, each call would add the same import.
  const edits = new Map(choices.flatMap((each) => each ?? []).map((edit) => [`${edit.start}:${edit.end}`, edit]));
  return [
    { title: `Use tune.choice with num_samples=${draws}`, safe: false, edits: inOrder([...edits.values(), samples]) },
  ];
}

function withSamples(module: PythonModule, { call, args, sampling }: RaySearch, draws: number): Edit | null {
  if (sampling !== null) return setArgument(sampling.call.node, sampling.args, 'num_samples', String(draws));
  if (args.get('tune_config') !== null) return null;
  const made = siblingName(module, call, 'TuneConfig', { replaces: false });
  // No fix that needs another import: two edits of one list of names would overlap.
  return made === null || made.edits.length > 0 || !args.complete
    ? null
    : addArgument(call.node, `tune_config=${made.text}(num_samples=${draws})`);
}
