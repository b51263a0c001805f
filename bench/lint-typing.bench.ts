import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Linter } from '../src/lint/engine/linter';
import { allRules } from '../src/lint/rules';
import { defaultConfig, settingsFor } from '../src/lint/engine/settings';
import { KeptNotebook } from '../src/python/notebook';
import { PythonParser } from '../src/python/parser';
import { obtainCorpus, readSources } from './corpus';
import { printLoad } from './support';

const settings = settingsFor(allRules, defaultConfig, 'file.py');
const editsOfAFile = 50;
const editsOfTheWorst = 1000;
const growthEdits = 20;

/** The sizes of files that are edited, in lines, with the limits of an edit's p95 in milliseconds. */
const sizes = [
  { from: 900, to: 1100, files: 20, limit: 8 },
  { from: 4500, to: 6000, files: 6, limit: 25 },
] as const;
const cellLimit = 10;

/** How long the linter takes after an edit, in files and notebooks of several sizes, and whether its memory grows. */
export async function run(): Promise<void> {
  printLoad();
  const parser = await PythonParser.load('dist');
  const linter = new Linter(parser, allRules);
  const sources = readSources(obtainCorpus()).filter(({ text }) => linter.mayFind(text, settings));
  for (const { from, to, files, limit } of sizes) {
    const candidates = sources
      .filter(({ lines }) => lines >= from && lines <= to)
      .map((source) => ({ source, findings: linter.lintText(source.text, settings).findings.length }))
      .sort((a, b) => a.findings - b.findings);
    const count = Math.min(files, candidates.length);
    const chosen = Array.from(
      { length: count },
      (_, index) => candidates[Math.floor((index * candidates.length) / count)],
    ).flatMap((each) => each?.source ?? []);
    console.log(`${count} of ${candidates.length} files of ${from} to ${to} lines that hold a word of a rule`);
    for (const place of ['in place', 'at column 0'] as const)
      console.log(
        `  typed ${place}: ${figures(
          chosen.flatMap(({ text }) => edit(parser, linter, text, place, editsOfAFile, null)),
          limit,
        )}`,
      );
    const worst = candidates.at(-1);
    if (worst === undefined || from > 1000) continue;
    const memory: string[] = [];
    const worstEdits = edit(parser, linter, worst.source.text, 'at column 0', editsOfTheWorst, memory);
    console.log(`  the one with most findings (${worst.findings}): ${figures(worstEdits, limit)}`);
    console.log(
      `  memory over ${editsOfTheWorst} edits and as many undone, in use after each 200: ${memory.join(', ')} MB`,
    );
  }
  const memory: string[] = [];
  console.log(
    `one cell of a notebook of 100 cells: ${figures(editCells(parser, linter, 100, editsOfTheWorst / 4, memory), cellLimit)}`,
  );
  console.log(`  memory in use, four times: ${memory.join(', ')} MB`);
  for (const lines of [100, 1000, 10_000]) {
    const text = cellSources(lines / linesOfACell).join('');
    const times = edit(parser, linter, text, 'in place', growthEdits, null);
    console.log(`growth: ${lines} lines, median ${median(times)} ms an edit`);
  }
  for (const cells of [10, 100, 1000])
    console.log(
      `growth: ${cells} cells, median ${median(editCells(parser, linter, cells, growthEdits, null))} ms an edit`,
    );
}

const linesOfACell = 10;

/** Cells of a training, each with names of its own. */
const cellSources = (count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, index) => `${index === 0 ? head : '# The next step.'}
def prepare_${index}(rows, scale=${index}):
    kept = [row * scale for row in rows if row is not None]
    return np.asarray(kept), len(kept)


data_${index}, size_${index} = prepare_${index}(load("part-${index}.csv"))
params_${index} = {"C": [1, 10, ${index}], "gamma": [0.1, 0.2]}
search_${index} = GridSearchCV(SVC(), params_${index}, cv=5).fit(data_${index}, labels)
print(search_${index}.best_score_, size_${index})
`,
  );

const head = 'import numpy as np; from sklearn.svm import SVC; from sklearn.model_selection import GridSearchCV';

/** What is typed; the last piece leaves broken code behind. */
const pieces = ['x = 1\n', '# note\n', 'model.fit(x, y, epochs=50)\n', 'for'] as const;

/** Types and takes back, and lints each time; the milliseconds of each. */
function edit(
  parser: PythonParser,
  linter: Linter,
  text: string,
  place: 'in place' | 'at column 0',
  edits: number,
  memory: string[] | null,
): number[] {
  let tree = parser.parse(text);
  const random = seeded(7);
  const milliseconds: number[] = [];
  for (let count = 0; count < edits; count++) {
    const at = text.indexOf('\n', Math.floor(random() * text.length)) + 1;
    const indentation = place === 'in place' ? (/^ */.exec(text.slice(at, at + 100))?.[0] ?? '') : '';
    const typed = indentation + (pieces[count % pieces.length] ?? '');
    for (const next of [text.slice(0, at) + typed + text.slice(at), text]) {
      const began = performance.now();
      tree = parser.reparse(tree, next);
      linter.lintTree(tree, settings);
      milliseconds.push(performance.now() - began);
    }
    if (memory !== null && count % 200 === 199) memory.push(usedMegabytes());
  }
  tree.dispose();
  return milliseconds;
}

/** The same in the cells of a notebook. */
function editCells(
  parser: PythonParser,
  linter: Linter,
  count: number,
  edits: number,
  memory: string[] | null,
): number[] {
  const cells = cellSources(count).map((source, index) => ({ index, source }));
  const kept = new KeptNotebook(parser);
  linter.lintCells(cells, settings, kept);
  const random = seeded(7);
  const milliseconds: number[] = [];
  for (let round = 0; round < edits; round++) {
    const edited = Math.floor(random() * count);
    const changed = cells.map((cell) =>
      cell.index === edited ? { ...cell, source: cell.source + (pieces[round % pieces.length] ?? '') } : cell,
    );
    for (const next of [changed, cells]) {
      const began = performance.now();
      linter.lintCells(next, settings, kept);
      milliseconds.push(performance.now() - began);
    }
    if (memory !== null && (round + 1) % Math.ceil(edits / 4) === 0) memory.push(usedMegabytes());
  }
  kept.dispose();
  return milliseconds;
}

const median = (milliseconds: readonly number[]): string =>
  ([...milliseconds].sort((a, b) => a - b)[milliseconds.length >> 1] ?? NaN).toFixed(1);

function figures(milliseconds: readonly number[], limit: number): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(1);
  return `an edit linted again: median ${at(0.5)} ms, p95 ${at(0.95)} ms (limit ${limit} ms), longest ${(sorted.at(-1) ?? NaN).toFixed(1)} ms`;
}

/** What JavaScript and the parser hold after a collection: what is only waiting to be collected is no growth. */
function usedMegabytes(): string {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return ((heapUsed + external) / 2 ** 20).toFixed(1);
}

/** Park and Miller's generator: the same edits each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
