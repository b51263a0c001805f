// @ts-check
// The parts of the test run, in order. Each returns its counts.
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosen, outcomeText, runCheck, runChecks } from './checks.mjs';
import { commandsOf, end, start } from './children.mjs';
import { createProfile } from './editor-profile.mjs';
import { findProgram } from './find-program.mjs';
import { obtainChromium } from './chromium.mjs';
import { packExtension } from './pack-extension.mjs';
import { Problem, root } from './progress.mjs';
import { obtainPython } from './python.mjs';
import { obtainSlurm } from './slurm.mjs';
import { atMostTwice, countsOf, readResults } from './second-attempt.mjs';
import { hasDisplay, obtainDesktop, obtainServer } from './vscode.mjs';

/**
 * @typedef {import('./second-attempt.mjs').Attempt} Attempt
 * @typedef {import('./second-attempt.mjs').Counts} Counts
 * @typedef {{ grep: string | undefined }} Options
 * @typedef {{ title: string, run: (options: Options) => Promise<Counts> }} Part
 */

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);
const reporter = join(root, 'scripts', 'mocha-reporter.cjs');

/** @satisfies {Readonly<Record<string, Part>>} */
export const parts = {
  check: { title: 'Formatting, types and rules', run: check },
  unit: {
    title: 'Unit tests',
    run: async (options) => {
      await build();
      const others = ['vscode', 'ui', 'package'].flatMap((folder) => ['--ignore', `out/test/${folder}/**`]);
      // The limit only ends a hang, even on a very slow machine: no test measures time. Most of the time, tests wait for
      // programs that they start, so there are more of them at a time than processors.
      const all = ['out/test/**/*.test.js', ...others, '--timeout', '60000'];
      const jobs = String(availableParallelism() + 1);
      return twiceIfWhole(options, (each) =>
        mocha(each.grep === undefined ? [...all, '--parallel', '--jobs', jobs] : all, each),
      );
    },
  },
  vscode: { title: 'Tests inside VS Code', run: (options) => twiceIfWhole(options, insideVSCode) },
  ui: {
    title: 'Tests of the interface in a browser',
    run: async (options) => {
      await obtainServer();
      await obtainChromium();
      await build();
      // A test that fails before it closes its browser must not keep mocha running.
      const args = ['--timeout', '120000', '--exit', ...(await filesOfInterface())];
      return twiceIfWhole(options, async (each) => {
        if (each.grep !== undefined) return mocha(args, each);
        // Much of the time is spent waiting for an editor or a run, so that several files at once take less of it.
        const jobs = Math.min(mostEditors, availableParallelism());
        return mocha(['--parallel', '--jobs', String(jobs), ...args], each, { GREEN_ML_VSIX: await packExtension() });
      });
    },
  },
  package: {
    title: 'The package',
    run: async (options) => {
      await build();
      return countsOf(await mocha(['out/test/package/**/*.test.js', '--timeout', '120000'], options));
    },
  },
};

/** Each takes more than a gigabyte of memory. */
const mostEditors = 4;

/** What takes longest begins first, so that nothing is left to wait for at the end. */
const longest = ['pages', 'practices', 'run-page', 'first-steps'];

async function filesOfInterface() {
  const folder = join(root, 'out', 'test', 'ui');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.test.js'));
  const first = longest.map((name) => `${name}.test.js`).filter((file) => files.includes(file));
  return [...first, ...files.filter((file) => !first.includes(file))].map((file) => join(folder, file));
}

/**
 * The order of events in real programs is not fixed, so a test that fails runs once more, on its own. If it passes then,
 * it is flaky, and the last lines of the run name it: it is still a defect of the test or the product. With a pattern,
 * tests run only once.
 * @param {Options} options
 * @param {(options: Options) => Promise<Attempt>} body
 * @returns {Promise<Counts>}
 */
async function twiceIfWhole(options, body) {
  if (options.grep !== undefined) return countsOf(await body(options));
  return atMostTwice(
    (grep) => body({ grep }),
    (sentence) => console.log(`\n  ⚠ ${sentence}`),
  );
}

/** Each check counts as one test. */
function check() {
  return runChecks(chosen([]), runCheck, (outcome) => console.log(outcomeText(outcome)));
}

/** @type {Promise<void> | undefined} */
let built;

/** Builds product and tests, once for all parts. */
function build() {
  built ??= run(process.execPath, [join(root, 'scripts', 'build.mjs'), '--tests']).then((status) => {
    if (status !== 0) throw new Problem('The build failed.');
  });
  return built;
}

/**
 * The environment variables of the tests.
 * @param {Options} options
 * @returns {Promise<Record<string, string>>}
 */
async function testEnvironment({ grep }) {
  const own = { GREEN_ML_PYTHON: await obtainPython(), GREEN_ML_SLURM: await obtainSlurm() };
  return { ...own, ...(grep === undefined ? {} : { GREEN_ML_GREP: grep }) };
}

/**
 * Runs mocha in Node over bundled tests.
 * @param {readonly string[]} args
 * @param {Options} options
 * @param {Readonly<Record<string, string>>} variables of the environment
 */
async function mocha(args, options, variables = {}) {
  const pattern = options.grep === undefined ? [] : ['--grep', options.grep];
  const all = ['--enable-source-maps', bin('mocha/bin/mocha.js'), '--reporter', reporter, ...args, ...pattern];
  const environment = { ...(await testEnvironment(options)), ...variables };
  return counted(environment, (whole) => run(process.execPath, all, whole));
}

/** How long a part may take. None needs half of it; a part that hangs must not keep the others from running. */
const mostMinutes = 35;

/**
 * Runs a command to its end, with its output in ours. After `mostMinutes`, says what is still running, and ends it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} its exit status
 */
async function run(command, args, environment = process.env) {
  const started = start(command, args, { cwd: root, env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
  const limit = setTimeout(() => {
    console.log(`  ✘ has not ended in ${mostMinutes} minutes; it still runs:\n${commandsOf(started).join('\n')}`);
    void end(started);
  }, mostMinutes * 60_000);
  const status = await started.ended;
  clearTimeout(limit);
  await end(started, 0);
  return status;
}

/** @param {Options} options */
async function insideVSCode(options) {
  const environment = await testEnvironment(options);
  const desktop = await obtainDesktop();
  if (desktop === null) {
    await obtainServer();
    await obtainChromium();
  }
  await build();
  return inTemporaryFolder(async (folder) => {
    const workspace = join(folder, 'workspace');
    const profile = join(folder, 'profile');
    await mkdir(workspace);
    if (existsSync(join(root, 'examples'))) await cp(join(root, 'examples'), workspace, { recursive: true });
    await createProfile(profile);
    const xvfb = desktop !== null && !hasDisplay() ? findProgram(['xvfb-run']) : null;
    return counted(environment, (all) => {
      const editor = desktop ?? join(root, 'scripts', 'vscode-shim.mjs');
      const args = [join(root, 'scripts', 'run-in-vscode.mjs'), editor, workspace, profile];
      return xvfb === null ? run(process.execPath, args, all) : run(xvfb, ['-a', process.execPath, ...args], all);
    });
  });
}

/**
 * Runs something that starts mocha with our reporter, and reads the results. A run without tests, or one that fails
 * although all tests pass, has a problem.
 * @param {Readonly<Record<string, string>>} environment
 * @param {(environment: NodeJS.ProcessEnv) => Promise<number>} body
 * @returns {Promise<Attempt>}
 */
async function counted(environment, body) {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'results.json');
    const status = await body({
      ...process.env,
      ...environment,
      GREEN_ML_RESULTS: file,
      // The user's own journal of runs must not change, and the user's own settings must not matter.
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CONFIG_HOME: join(folder, 'config'),
    });
    const results = readResults(existsSync(file) ? await readFile(file, 'utf8') : '');
    const problem = problemOf(results, status, environment['GREEN_ML_GREP'] !== undefined);
    if (problem !== null) console.log(`  ✘ ${problem}`);
    return { results, problem };
  });
}

/**
 * @param {import('./second-attempt.mjs').Results} results
 * @param {number} status
 * @param {boolean} isPart
 * @returns {string | null}
 */
function problemOf({ passed, failed, ended }, status, isPart) {
  if (!ended) return `ended with status ${status} before its tests did`;
  if (passed.length + failed.length === 0 && !isPart) return 'no test ran';
  if (status !== 0 && failed.length === 0) return `every test passed, but the run ended with status ${status}`;
  return null;
}

/**
 * @template T
 * @param {(folder: string) => Promise<T>} body
 */
async function inTemporaryFolder(body) {
  const folder = await mkdtemp(join(tmpdir(), 'green-ml-test-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
