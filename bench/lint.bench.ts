import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Linter, longestText } from '../src/lint/engine/linter';
import { allRules } from '../src/lint/rules';
import { defaultConfig, settingsFor } from '../src/lint/engine/settings';
import { PythonParser } from '../src/python/parser';
import { obtainCorpus, readSources, type Source } from './corpus';
import { median, printLoad } from './support';

const rounds = 3;
const ruffVersion = '0.14.5';

/** How fast the linter is: beside parsing alone, beside ruff, and from its cache. */
export async function run(): Promise<void> {
  printLoad();
  const corpus = obtainCorpus();
  const sources = readSources(corpus).filter(({ text }) => text.length <= longestText);
  console.log(`${sources.length} files of ${total(sources).toLocaleString('en')} lines`);
  const parser = await PythonParser.load('dist');
  const linter = new Linter(parser, allRules);
  const settings = settingsFor(allRules, defaultConfig, 'file.py');
  const relevant = sources.filter(({ text }) => linter.mayFind(text, settings));
  const whole: number[] = [];
  const thorough: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const parsing = time(() => sources.forEach(({ text }) => parser.parse(text).dispose()));
    const linting = time(() => sources.forEach(({ text }) => linter.lintText(text, settings)));
    whole.push(linting / parsing);
    const parsingRelevant = time(() => relevant.forEach(({ text }) => parser.parse(text).dispose()));
    const lintingRelevant = time(() => relevant.forEach(({ text }) => linter.lintText(text, settings)));
    thorough.push(lintingRelevant / parsingRelevant);
  }
  console.log(`lint / only parsing, all files: ${spread(whole)} (limit 1.35)`);
  console.log(
    `lint / only parsing, the ${relevant.length} files (${total(relevant).toLocaleString('en')} lines) that hold a word of a rule, so that all are parsed: ${spread(thorough)} (limit 1.35)`,
  );
  wholeScans(corpus);
}

/** The terminal command as people run it, beside ruff on the same files. */
function wholeScans(corpus: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-bench-'));
  const cli = join('dist', 'cli.js');
  // Both tools leave out what a .gitignore above names, as this project's names the folder of the corpus.
  const files = join(folder, 'corpus');
  cpSync(corpus, files, { recursive: true });
  const environment = { ...process.env, XDG_CACHE_HOME: folder, XDG_STATE_HOME: folder };
  const ours =
    (...args: string[]) =>
    (): void =>
      void spawnSync(process.execPath, [cli, 'lint', '--format', 'json', ...args, files], {
        env: environment,
        maxBuffer: 1 << 30,
      });
  const ruff = obtainRuff();
  const ruffOn =
    (program: string, ...args: string[]) =>
    (): void =>
      void spawnSync(program, ['check', '--quiet', '--isolated', '--select', 'NPY,PD,PERF', ...args, files], {
        maxBuffer: 1 << 30,
      });
  const times: Record<string, number[]> = {};
  const note = (name: string, seconds: number): void => void (times[name] ??= []).push(seconds);
  for (let round = 0; round < rounds; round++) {
    rmSync(join(folder, 'green-ml'), { recursive: true, force: true });
    note('cold, one core', time(ours('--no-cache', '--jobs', '1')));
    note('cold, all cores', time(ours()));
    // The first call reads files again that were copied a moment before it linted them.
    ours()();
    note('warm', time(ours()));
    if (ruff === null) continue;
    note('ruff', time(ruffOn(ruff, '--no-cache')));
    // As a first call each, so that both read what they wrote themselves.
    if (round === 0) ruffOn(ruff, '--cache-dir', join(folder, 'ruff'))();
    note('ruff, from its cache', time(ruffOn(ruff, '--cache-dir', join(folder, 'ruff'))));
  }
  rmSync(folder, { recursive: true, force: true });
  for (const [name, each] of Object.entries(times)) {
    const other = name === 'warm' ? 'ruff, from its cache' : 'ruff';
    const ratios = times[other]?.map((seconds, round) => (each[round] ?? NaN) / seconds);
    const beside = name.startsWith('ruff') || ratios === undefined ? '' : `, ${spread(ratios)} times ${other}`;
    console.log(`whole scan, ${name}: ${median(each).toFixed(2)} s${beside}`);
  }
  if (ruff === null) console.log('ruff: not measured, for PyPI cannot be reached from here.');
}

/** A ruff of its own from PyPI; null where PyPI cannot be reached. */
function obtainRuff(): string | null {
  const folder = join('.vscode-test', 'ruff');
  const program = join(folder, 'bin', 'ruff');
  if (!existsSync(program))
    spawnSync('python3', [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--target',
      folder,
      `ruff==${ruffVersion}`,
    ]);
  return existsSync(program) ? program : null;
}

function time(body: () => unknown): number {
  const began = performance.now();
  body();
  return (performance.now() - began) / 1000;
}

function total(sources: readonly Source[]): number {
  return sources.reduce((sum, { lines }) => sum + lines, 0);
}

function spread(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
}
