import * as v from 'valibot';
import { baselineModels } from '../lint/libraries/baselines';
import { distilledNames } from '../lint/libraries/distilled';
import { pretrainedSigns } from '../lint/libraries/pretrained';
import { bestWeights, savers } from '../lint/libraries/savers';
import { betterSearches, pruners, severalObjectives } from '../lint/libraries/searches';
import { sparseNetworks } from '../lint/libraries/sparse';
import { stoppers } from '../lint/libraries/stoppers';
import { subsetArguments } from '../lint/libraries/subsets';
import { trackerNames } from '../lint/libraries/trackers';
import { withoutComments } from '../python/comments';
import { readNotebook } from '../python/notebook';
import { parseFitting, type Shaped } from '../system/shapes';
import { codeFactKinds, type CodeFact, type CodeFactKind } from './facts';

/** A pattern of names, as libraries/ has them, each as a whole word. */
const words = (names: readonly string[], flags = ''): RegExp => new RegExp(String.raw`\b(${names.join('|')})\b`, flags);

/** A pattern of names and arguments that may continue. */
const starts = (names: readonly string[]): RegExp => new RegExp(String.raw`\b(${names.join('|')})`);

/**
 * Names in Python code that support a practice. They are searched as words outside comments and docstrings, without parsing: a fact only
 * ever supports, and shows where it was found, so that a person can judge it.
 */
const signs: readonly (readonly [kind: CodeFactKind, pattern: RegExp])[] = [
  ['tracker', words(trackerNames)],
  ['checkpoint', words(savers)],
  ['baseline', words(baselineModels)],
  ['early-stopping', words(stoppers)],
  ['best-weights', starts(bestWeights)],
  ['subset', words(subsetArguments)],
  ['pretrained', starts(pretrainedSigns)],
  ['pruner', words(pruners)],
  ['multi-objective', starts([severalObjectives])],
  ['distilled', words(distilledNames, 'i')],
  ['better-search', words(betterSearches)],
  ['sparse', words(sparseNetworks)],
];

/** One test shows that a Python file holds none of them, as most files do. */
const anySign = new RegExp(signs.map(([, { source }]) => source).join('|'), 'i');

/** The facts in one Python file or notebook; a notebook that cannot be read has none. */
export function findCodeFacts(path: string, text: string): readonly CodeFact[] {
  if (!path.endsWith('.ipynb')) return anySign.test(text) ? factsInText(path, null, text) : [];
  const cells = readNotebook(text);
  return typeof cells === 'string' ? [] : cells.flatMap(({ index, source }) => factsInText(path, index, source));
}

/** A fact without the path of its file, so that copies of a file share it: kind, name, cell and line. */
const storedFacts = v.array(v.tuple([v.picklist(codeFactKinds), v.string(), v.nullable(v.number()), v.number()]));
type StoredFact = Shaped<typeof storedFacts>[number];

/** The facts in one file, as they are cached beside its findings. */
export function factsAsJson(path: string, text: string): string {
  return JSON.stringify(
    findCodeFacts(path, text).map(({ kind, name, cell, line }): StoredFact => [kind, name, cell, line]),
  );
}

/** What `factsAsJson` gave; null for a file that is no text. */
export function factsOfJson(json: string, path: string): readonly CodeFact[] | null {
  return parseFitting(storedFacts, json)?.map(([kind, name, cell, line]) => ({ kind, name, path, cell, line })) ?? null;
}

function factsInText(path: string, cell: number | null, text: string): CodeFact[] {
  return withoutComments(text)
    .split('\n')
    .flatMap((code, index) =>
      signs.flatMap(([kind, pattern]) => {
        const name = pattern.exec(code)?.[1];
        return name === undefined || usesNothing(code)
          ? []
          : [{ kind, name: nameOf(name), path, cell, line: index + 1 }];
      }),
    );
}

/** An import or a definition uses nothing yet. */
function usesNothing(code: string): boolean {
  return /^\s*(from|import|def|async def|class)\s/.test(code);
}

/** "restore_best_weights=True" is shown as the name alone. */
function nameOf(found: string): string {
  return (found.split('=')[0] ?? '').trimEnd();
}
