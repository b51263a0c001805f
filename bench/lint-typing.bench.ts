import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Linter } from '../src/lint/engine/linter';
import { allRules } from '../src/lint/rules';
import { defaultConfig, settingsFor } from '../src/lint/engine/settings';
import { PythonParser } from '../src/python/parser';
import { obtainCorpus, readSources, type Source } from './corpus';
import { printLoad } from './support';

const settings = settingsFor(allRules, defaultConfig, 'file.py');
const files = 20;
const editsOfAFile = 50;
const editsOfTheWorst = 1000;

/** How long the linter takes after an edit in files of about 1,000 lines, and whether its memory grows. */
export async function run(): Promise<void> {
  printLoad();
  const parser = await PythonParser.load('dist');
  const linter = new Linter(parser, allRules);
  const candidates = readSources(obtainCorpus())
    .filter(({ lines, text }) => lines >= 900 && lines <= 1100 && linter.mayFind(text, settings))
    .map((source) => ({ source, findings: linter.lintText(source.text, settings).findings.length }))
    .sort((a, b) => a.findings - b.findings);
  const chosen = Array.from(
    { length: files },
    (_, index) => candidates[Math.floor((index * candidates.length) / files)],
  ).flatMap((each) => each?.source ?? []);
  console.log(
    `${files} of ${candidates.length} files of 900 to 1,100 lines that hold a word of a rule: ${figures(chosen.flatMap((source) => edit(parser, linter, source, editsOfAFile, null)))}`,
  );
  const worst = candidates.at(-1);
  if (worst === undefined) return;
  const memory: string[] = [];
  console.log(
    `the one of them with most findings (${worst.findings}): ${figures(edit(parser, linter, worst.source, editsOfTheWorst, memory))}`,
  );
  console.log(
    `memory over ${editsOfTheWorst} edits and as many undone, in use after each 200: ${memory.join(', ')} MB`,
  );
}

/** Types and takes back, and lints each time; the milliseconds of each. */
function edit(
  parser: PythonParser,
  linter: Linter,
  { text }: Source,
  edits: number,
  memory: string[] | null,
): number[] {
  let tree = parser.parse(text);
  const random = seeded(7);
  const milliseconds: number[] = [];
  for (let count = 0; count < edits; count++) {
    const at = text.indexOf('\n', Math.floor(random() * text.length)) + 1;
    const typed = ['x = 1\n', '# note\n', 'model.fit(x, y, epochs=50)\n', 'for'][count % 4] ?? '';
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

function figures(milliseconds: readonly number[]): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(1);
  return `an edit linted again: median ${at(0.5)} ms, p95 ${at(0.95)} ms (limit 10 ms), longest ${(sorted.at(-1) ?? NaN).toFixed(1)} ms`;
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
