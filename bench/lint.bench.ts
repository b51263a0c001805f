import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obtainCorpus, readSources, type Source } from './corpus';
import { builds, costOf, median, printLoad, spread } from './support';

/** Findings of the same rule in files that have only these take a minute to find, with an older build several. */
const isLong = process.env['GREEN_ML_BENCH_LONG'] === '1';
/** Two builds are compared in more turns than one is measured. */
const rounds = builds().length === 2 ? 3 : 2;
const filesWithFindings = 51;
const findingsOfEach = 1000;
const ruffVersion = '0.14.5';
/** Rules about the same kind of code as ours: NumPy, pandas, performance. */
const ruffRules = 'NPY,PD,PERF';

/** What the terminal's linter costs, cold and from its cache, beside ruff on the same files. */
export async function run(): Promise<void> {
  printLoad();
  oneFile();
  if (isLong) manyFindings();
  const corpus = obtainCorpus();
  const sources = readSources(corpus);
  console.log(`${sources.length} files of ${total(sources).toLocaleString('en')} lines; GREEN_ML_CORPUS names others`);
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-bench-'));
  try {
    scan(corpus, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await Promise.resolve();
}

/** What one small file costs beside Node alone, and beside the build in the folder `GREEN_ML_BASE`. */
function oneFile(): void {
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-bench-'));
  try {
    const env = { ...process.env, XDG_CACHE_HOME: folder, XDG_STATE_HOME: folder };
    const texts = {
      'nothing to find': 'import os\nprint(os.getcwd())\n',
      findings: 'import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.fit(x, y, epochs=500)\n',
    };
    for (const [what, text] of Object.entries(texts)) {
      const file = join(folder, 'small.py');
      writeFileSync(file, text);
      const lint = (build: string): number =>
        timesOf([process.execPath, join(build, 'cli.js'), 'lint', '--no-cache', '--exit-zero', file], env).cpu;
      // The first call writes compiled code, which the others read.
      for (const build of builds()) lint(build);
      const rows = Array.from({ length: 11 }, () => ({
        node: timesOf([process.execPath, '-e', '0'], env).cpu,
        builds: builds().map(lint),
      }));
      for (const [index, build] of builds().entries()) {
        const seconds = rows.map((row) => row.builds[index] ?? NaN);
        const beside = (other: (row: (typeof rows)[number]) => number): string =>
          spread(rows.map((row) => (row.builds[index] ?? NaN) / other(row)));
        const old = index === 0 ? '' : `, ${beside((row) => row.builds[0] ?? NaN)} times ${builds()[0]}`;
        console.log(
          `one small file, ${what}, ${build}: ${(median(seconds) * 1000).toFixed(0)} ms of processor time, ${beside(({ node }) => node)} times Node alone${old}`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What it costs to find very many findings and to write them. */
function manyFindings(): void {
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-bench-'));
  try {
    const project = join(folder, 'project');
    mkdirSync(project);
    const search = (index: number): string =>
      `GridSearchCV(SVC(), {"C": [1, 10, ${index}], "gamma": [0.1, 0.2]}, cv=5).fit(x, y)\n`;
    const searches = Array.from({ length: findingsOfEach }, (_, index) => search(index)).join('');
    for (let file = 0; file < filesWithFindings; file++)
      writeFileSync(
        join(project, `search_${file}.py`),
        `from sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\nx, y = load(${file})\n${searches}`,
      );
    for (const what of ['first, as JSON', 'from the cache, as JSON', 'from the cache, as text'])
      for (const [index, build] of builds().entries()) {
        const format = what.endsWith('JSON') ? 'json' : 'text';
        const state = join(folder, `state-${index}`);
        const { seconds, megabytes } = costOf(['lint', '--format', format, project], folder, state, state, build);
        console.log(
          `${filesWithFindings * findingsOfEach} findings, ${what}, ${build}: ${seconds.toFixed(2)} s of processor time, ${megabytes.toFixed(0)} MB`,
        );
      }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function scan(corpus: string, folder: string): void {
  // Both tools leave out what a .gitignore above names, as this project's names the folder of the corpus.
  const files = join(folder, 'corpus');
  cpSync(corpus, files, { recursive: true });
  const caches = builds().map((_, index) => join(folder, `cache-${index}`));
  const ours = (index: number, ...args: string[]): Times => {
    const cli = join(builds()[index] ?? '', 'cli.js');
    const state = caches[index] ?? '';
    return timesOf([process.execPath, cli, 'lint', '--format', 'json', '--exit-zero', ...args, files], {
      ...process.env,
      XDG_CACHE_HOME: state,
      XDG_STATE_HOME: state,
    });
  };
  const ruff = obtainRuff();
  const ruffOn = (program: string, ...args: string[]): Times =>
    timesOf([program, 'check', '--quiet', '--isolated', '--exit-zero', '--select', ruffRules, ...args, files]);
  const all = new Map<string, Times[]>();
  const note = (name: string, times: Times): void => void all.set(name, [...(all.get(name) ?? []), times]);
  for (let round = 0; round < rounds; round++) {
    for (const [index, build] of builds().entries())
      note(`${build}, cold, one core`, ours(index, '--no-cache', '--jobs', '1'));
    if (ruff !== null) note('ruff', ruffOn(ruff, '--no-cache'));
    // A first call each, so that all read what they wrote themselves; ours reads files again that were copied a moment
    // before it linted them.
    if (round === 0) for (const index of builds().keys()) for (let first = 0; first < 2; first++) ours(index);
    for (const [index, build] of builds().entries()) note(`${build}, warm`, ours(index));
    if (ruff === null) continue;
    if (round === 0) ruffOn(ruff, '--cache-dir', join(folder, 'ruff'));
    note('ruff, from its cache', ruffOn(ruff, '--cache-dir', join(folder, 'ruff')));
  }
  for (const [name, each] of all) {
    const beside = (other: string): string => {
      const others = all.get(other);
      if (other === name || others === undefined) return '';
      return `, ${spread(each.map(({ cpu }, round) => cpu / (others[round]?.cpu ?? NaN)))} times ${other}`;
    };
    const ruffs = name.startsWith('ruff') ? '' : beside(name.endsWith('warm') ? 'ruff, from its cache' : 'ruff');
    const old = name.startsWith('dist,') ? beside(name.replace('dist', builds()[0] ?? '')) : '';
    console.log(
      `whole scan, ${name}: ${median(each.map(({ cpu }) => cpu)).toFixed(2)} s of processor time${ruffs}${old}; it took ${median(each.map(({ wall }) => wall)).toFixed(2)} s`,
    );
  }
  if (ruff === null) console.log('ruff: not measured, for PyPI cannot be reached from here.');
}

/** Seconds. */
interface Times {
  /** Processor time, user and system, with that of all threads and children. */
  readonly cpu: number;
  readonly wall: number;
}

/** @throws if the program fails */
function timesOf(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Times {
  const began = performance.now();
  // The shell tells the times of its children, in the second line.
  const { stderr, status } = spawnSync('/bin/sh', ['-c', '"$@" >/dev/null || exit 1; times >&2', 'sh', ...command], {
    env,
    encoding: 'utf8',
  });
  const wall = (performance.now() - began) / 1000;
  const parts = [...(stderr.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (status !== 0 || parts.length !== 2) throw new Error(`${command.slice(0, 3).join(' ')}: ${stderr}`);
  return { cpu: parts.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0), wall };
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

function total(sources: readonly Source[]): number {
  return sources.reduce((sum, { lines }) => sum + lines, 0);
}
