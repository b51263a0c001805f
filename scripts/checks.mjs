// @ts-check
// The checks of `npm run check` and of the part "check" of `npm test`: formatting, types and lint rules, in parallel.
import { join } from 'node:path';
import { end, start } from './children.mjs';
import { Problem, root } from './progress.mjs';

/**
 * @typedef {object} Check
 * @property {string} title
 * @property {readonly string[]} command a script of node_modules and its arguments
 *
 * @typedef {object} Outcome
 * @property {string} title
 * @property {number} status
 * @property {string} output everything that it printed
 * @property {number} seconds
 */

/**
 * The slowest check comes first. Caches are in `out/`. The compiler's cache lets it check only what a change affects.
 * ESLint can keep the result for a file until its text or the rules change, because none of its rules looks at other
 * files. oxlint has no cache, because its rules do.
 *
 * @satisfies {Readonly<Record<string, Check>>}
 */
export const checks = {
  types: { title: 'Types (tsc)', command: ['typescript/bin/tsc', '-p', '.'] },
  lint: {
    title: 'Faults, with types (oxlint)',
    command: ['oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  },
  house: {
    title: 'Rules of this house (ESLint)',
    command: [
      'eslint/bin/eslint.js',
      '--cache',
      '--cache-strategy=content',
      '--cache-location=out/.eslintcache',
      '--max-warnings=0',
      '.',
    ],
  },
  'browser-types': {
    title: 'Types of the browser code (tsc)',
    command: ['typescript/bin/tsc', '-p', 'src/webview'],
  },
  format: { title: 'Formatting (Biome)', command: ['@biomejs/biome/bin/biome', 'format', '.'] },
};

/**
 * The checks with these names; all of them without names.
 * @param {readonly string[]} names
 * @returns {readonly Check[]}
 */
export function chosen(names) {
  const known = /** @type {(keyof typeof checks)[]} */ (Object.keys(checks));
  const unknown = names.find((name) => !known.some((each) => each === name));
  if (unknown !== undefined) throw new Problem(`There is no check "${unknown}"; the checks are ${known.join(', ')}.`);
  return known.filter((name) => names.length === 0 || names.includes(name)).map((name) => checks[name]);
}

/**
 * Runs checks in parallel.
 * @param {readonly Check[]} list
 * @param {(check: Check) => Promise<Outcome>} run
 * @param {(outcome: Outcome) => void} report called for each check when it ends
 * @returns {Promise<{ passed: number, failed: number, failures: readonly string[] }>} with the titles of what failed
 */
export async function runChecks(list, run, report) {
  const outcomes = await Promise.all(
    list.map(async (check) => {
      const outcome = await run(check);
      report(outcome);
      return outcome;
    }),
  );
  const failures = outcomes.filter(({ status }) => status !== 0).map(({ title }) => title);
  return { passed: outcomes.length - failures.length, failed: failures.length, failures };
}

/**
 * One line for a check, followed by its output if it found something.
 * @param {Outcome} outcome
 */
export function outcomeText({ title, status, output, seconds }) {
  const line = `  ${status === 0 ? '✔' : '✘'} ${title.padEnd(32)} ${seconds.toFixed(0).padStart(3)} s`;
  if (status === 0) return line;
  return `${line}\n${output.trimEnd() || `It ended with status ${status} and without output.`}\n`;
}

/**
 * @param {Check} check
 * @returns {Promise<Outcome>}
 */
export async function runCheck({ title, command: [script = '', ...args] }) {
  const began = performance.now();
  const started = start(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [started.child.stdout, started.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const closed = new Promise((resolve) => started.child.once('close', resolve));
  const status = await started.ended;
  if (status !== 127) await closed;
  await end(started, 0);
  return { title, status, output, seconds: (performance.now() - began) / 1000 };
}
