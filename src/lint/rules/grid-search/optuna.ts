import type { Call, PythonModule } from '../../../python/module';
import { field } from '../../../python/syntax';
import { addArgument, inOrder, replaceNode } from '../../fixes/edits';
import { renamedCallee, wholeLine, withoutImport } from '../../engine/imported-names';
import { trialLimit, type GridSampler } from '../../libraries/optuna';
import type { Edit, Fix } from '../../engine/rule';
import { candidateText, isCallersGrid, proposedDraws, type FoundSearch } from './found';

export function describeOptuna(sampler: GridSampler, module: PythonModule): FoundSearch {
  const { call, candidates, hasSpace } = sampler;
  const trials = trialLimit(sampler);
  const ended = trials.most !== null && (candidates === null || trials.most < candidates) ? trials.most : null;
  const limit = ended === null ? '' : `, but n_trials=${ended} stops it after ${ended}`;
  return {
    node: call.node,
    candidates,
    splits: null,
    fits: trials.isKnown ? (ended ?? candidates) : null,
    sentence: hasSpace
      ? `GridSampler tries ${candidateText(candidates)}${candidates === null ? '' : ', one trial each'}${limit}.`
      : `BruteForceSampler tries every combination that the objective can suggest${limit}.`,
    instead: "Optuna's default sampler (TPE) learns from its trials, and n_trials limits their number.",
    fewer: { how: 'TPE', candidates: proposedDraws(candidates), fits: proposedDraws(candidates) },
    single: 'A single candidate is not a search.',
    limit:
      ended !== null || (hasSpace && candidates === null && isCallersGrid(module, call.node))
        ? 'information'
        : 'warning',
    fixes: withoutSampler(module, sampler),
  };
}

/** Uses the default sampler, and sets the number of trials, because only a grid ends by itself. */
function withoutSampler(module: PythonModule, sampler: GridSampler): readonly Fix[] {
  const draws = proposedDraws(sampler.candidates);
  // A method that only samplers of a grid have.
  if (module.identifiers('is_exhausted').length > 0) return [];
  const limits = limitedTrials(module, sampler, draws);
  const replaced = droppedArgument(module, sampler.call) ?? defaultSampler(module, sampler);
  if (limits === null || replaced === null) return [];
  const count = limits.length === 0 ? '' : `, ${draws} trials`;
  return [{ title: `Use the default sampler (TPE)${count}`, safe: false, edits: inOrder([...replaced, ...limits]) }];
}

/** Removes the argument `sampler=GridSampler(…)`, but no comments. */
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
function defaultSampler(module: PythonModule, { call, seed }: GridSampler): readonly Edit[] | null {
  const given = field(call.node, 'arguments');
  const renamed = renamedCallee(module, call, 'TPESampler');
  if (given === null || renamed === null) return null;
  return [...renamed, replaceNode(given, seed === null ? '()' : `(seed=${seed.text})`)];
}

/** Limits each search with this sampler; null if it is not known where the searches are. */
function limitedTrials(module: PythonModule, { searches }: GridSampler, draws: number): readonly Edit[] | null {
  const edits: Edit[] = [];
  for (const { call, args } of searches) {
    if (!args.omits('n_trials') || !args.omits('timeout')) continue;
    const limit = addArgument(call.node, `n_trials=${draws}`);
    if (limit !== null) edits.push(limit);
  }
  return searches.length === 0 && !/\b(?:n_trials|timeout)\b/.test(module.text) ? null : edits;
}
