import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Linter } from '../src/lint/engine/linter';
import { allRules } from '../src/lint/rules';
import { defaultConfig, settingsFor } from '../src/lint/engine/settings';
import { KeptNotebook } from '../src/python/notebook';
import { PythonParser } from '../src/python/parser';
import { obtainCorpus, readSources } from './corpus';
import { median, printLoad } from './support';

const settings = settingsFor(allRules, defaultConfig, 'file.py');
const editsOfTheWorst = 150;
const growthEdits = 20;
/** The first edits of a text find code that is not compiled yet, and nothing kept. */
const firstEdits = 5;

/** The sizes of files that are edited, in lines, with the limits of an edit's p95 in milliseconds. */
const sizes = [
  { title: '1,000 lines', from: 900, to: 1100, files: 20, edits: 15, limit: 8 },
  { title: '5,000 lines', from: 4500, to: 6000, files: 6, edits: 25, limit: 25 },
] as const;
const cellLimit = 10;

/** How long the linter takes after an edit, in files and notebooks of several sizes, and whether its memory grows. */
export async function run(): Promise<void> {
  printLoad();
  const parser = await PythonParser.load('dist');
  const linter = new Linter(parser, allRules);
  const sources = readSources(obtainCorpus()).filter(({ text }) => linter.mayFind(text, settings));
  const rows = sizes.map((size) => {
    const candidates = sources
      .filter(({ lines }) => lines >= size.from && lines <= size.to)
      .map((source) => ({ source, findings: linter.lintText(source.text, settings).findings.length }))
      .sort((a, b) => a.findings - b.findings);
    const count = Math.min(size.files, candidates.length);
    const chosen = Array.from(
      { length: count },
      (_, index) => candidates[Math.floor((index * candidates.length) / count)],
    ).flatMap((each) => each?.source ?? []);
    return { ...size, candidates, chosen };
  });
  for (const { title, candidates, chosen, edits, limit } of rows) {
    console.log(`${title}: ${chosen.length} of ${candidates.length} files that hold a word of a rule`);
    const all = (['in place', 'at column 0'] as const).map((place) => {
      const times = joined(chosen.map(({ text }) => edit(parser, linter, text, place, edits, null)));
      console.log(`  typed ${place}: ${figures(times, null)}`);
      return times;
    });
    console.log(`  all: ${figures(joined(all), limit)}`);
  }
  console.log(`a cell of 100: ${figures(editCells(parser, linter, 100, editsOfTheWorst / 4, null), cellLimit)}`);
  const worst = rows[0]?.candidates.at(-1);
  if (worst !== undefined) {
    const memory: string[] = [];
    const times = edit(parser, linter, worst.source.text, 'at column 0', editsOfTheWorst, memory);
    console.log(`the file of 1,000 lines with most findings (${worst.findings}): ${figures(times, null)}`);
    console.log(`  memory over ${editsOfTheWorst} edits and as many undone, five times: ${memory.join(', ')} MB`);
  }
  const memory: string[] = [];
  editCells(parser, linter, 100, editsOfTheWorst / 4, memory);
  console.log(
    `memory over ${editsOfTheWorst / 4} edits of cells and as many undone, five times: ${memory.join(', ')} MB`,
  );
  for (const lines of [100, 1000, 10_000]) {
    const text = cellSources(lines / linesOfACell).join('');
    const { wall } = edit(parser, linter, text, 'in place', growthEdits, null);
    console.log(`growth: ${lines} lines, median ${median(wall).toFixed(1)} ms an edit`);
  }
  for (const cells of [10, 100, 1000])
    console.log(
      `growth: ${cells} cells, median ${median(editCells(parser, linter, cells, growthEdits, null).wall).toFixed(1)} ms an edit`,
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

/** The milliseconds of each edit, by the clock and of the processor. */
interface Times {
  readonly wall: number[];
  readonly processor: number[];
}

function timed(times: Times, isCounted: boolean, work: () => void): void {
  const processor = process.cpuUsage();
  const began = performance.now();
  work();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(processor);
  if (!isCounted) return;
  times.wall.push(wall);
  times.processor.push((user + system) / 1000);
}

const joined = (all: readonly Times[]): Times => ({
  wall: all.flatMap(({ wall }) => wall),
  processor: all.flatMap(({ processor }) => processor),
});

/** Types and takes back, and lints each time. */
function edit(
  parser: PythonParser,
  linter: Linter,
  text: string,
  place: 'in place' | 'at column 0',
  edits: number,
  memory: string[] | null,
): Times {
  let tree = parser.parse(text);
  const random = seeded(7);
  const times: Times = { wall: [], processor: [] };
  for (let count = 0; count < edits; count++) {
    const at = text.indexOf('\n', Math.floor(random() * text.length)) + 1;
    const indentation = place === 'in place' ? (/^ */.exec(text.slice(at, at + 100))?.[0] ?? '') : '';
    const typed = indentation + (pieces[count % pieces.length] ?? '');
    for (const next of [text.slice(0, at) + typed + text.slice(at), text]) {
      timed(times, count >= firstEdits, () => {
        tree = parser.reparse(tree, next);
        linter.lintTree(tree, settings);
      });
    }
    if (memory !== null && (count + 1) % (edits / 5) === 0) memory.push(usedMegabytes());
  }
  tree.dispose();
  return times;
}

/** The same in the cells of a notebook. */
function editCells(parser: PythonParser, linter: Linter, count: number, edits: number, memory: string[] | null): Times {
  const cells = cellSources(count).map((source, index) => ({ index, source }));
  const kept = new KeptNotebook(parser);
  linter.lintCells(cells, settings, kept);
  const random = seeded(7);
  const times: Times = { wall: [], processor: [] };
  for (let round = 0; round < edits; round++) {
    const edited = Math.floor(random() * count);
    const changed = cells.map((cell) =>
      cell.index === edited ? { ...cell, source: cell.source + (pieces[round % pieces.length] ?? '') } : cell,
    );
    for (const next of [changed, cells]) {
      timed(times, round >= firstEdits, () => linter.lintCells(next, settings, kept));
    }
    if (memory !== null && (round + 1) % (edits / 5) === 0) memory.push(usedMegabytes());
  }
  kept.dispose();
  return times;
}

function figures({ wall, processor }: Times, limit: number | null): string {
  const shown = (milliseconds: readonly number[]): string => {
    const sorted = [...milliseconds].sort((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(1);
    return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
  };
  const most = limit === null ? '' : ` (limit of p95: ${limit} ms)`;
  return `processor ${shown(processor)}; clock ${shown(wall)}${most}`;
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
