// @ts-check
// A test that fails runs once more, on its own. If it passes then, it is flaky.

/**
 * @typedef {object} Failure
 * @property {string} name the full title of a test or hook
 * @property {string | null} suite of a hook: the full title of the suite whose tests it kept from running
 *
 * @typedef {object} Results the results that scripts/mocha-reporter.cjs writes
 * @property {readonly string[]} passed full titles of tests
 * @property {readonly Failure[]} failed
 * @property {boolean} ended whether mocha has finished
 *
 * @typedef {object} Attempt
 * @property {Results} results
 * @property {string | null} problem what is wrong with the run as a whole; null if nothing is
 *
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} [failures] what failed: full titles of tests, or what is wrong with the run
 * @property {readonly string[]} [flaky] tests that passed only at the second attempt; they count as passed
 */

/**
 * @param {string} text what scripts/mocha-reporter.cjs has written: a line of JSON for each result
 * @returns {Results}
 */
export function readResults(text) {
  /** @type {{ passed?: string, failed?: Failure, ended?: true }[]} */
  const lines = text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
  return {
    passed: lines.flatMap(({ passed }) => passed ?? []),
    failed: lines.flatMap(({ failed }) => failed ?? []),
    ended: lines.some(({ ended }) => ended === true),
  };
}

const endedEarly = 'the run ended before its tests did';

/**
 * @param {Attempt} attempt
 * @returns {Counts}
 */
export function countsOf({ results, problem }) {
  return countsWith(results.passed.length, [
    ...results.failed.map(({ name }) => name),
    ...(problem === null ? [] : [problem]),
  ]);
}

/**
 * @param {number} passed
 * @param {readonly string[]} failures
 * @returns {Counts}
 */
function countsWith(passed, failures) {
  return { passed, failed: failures.length, ...(failures.length === 0 ? {} : { failures }) };
}

/**
 * Runs tests, and those that fail once more, without the others. If a hook failed, all tests of its suite run again. If
 * the run ended early, all tests run again, because we do not know the results of the rest.
 * @param {(pattern: string | undefined) => Promise<Attempt>} run runs the tests whose full titles match; all without a
 *   pattern
 * @param {(sentence: string) => void} say
 * @returns {Promise<Counts>}
 */
export async function atMostTwice(run, say) {
  const first = await run(undefined);
  const { failed, ended } = first.results;
  // If all tests pass but the run fails, the reason is not in a test, so running tests again cannot help.
  if (ended && (failed.length === 0 || first.problem !== null)) return countsOf(first);
  const pattern = ended ? patternOf(failed) : undefined;
  say(`Once more: ${ended ? failed.map(({ name }) => name).join('; ') : endedEarly}`);
  const second = await run(pattern);
  return judge(first, second);
}

/**
 * @param {Attempt} first
 * @param {Attempt} second
 * @returns {Counts}
 */
function judge(first, second) {
  const passedNow = new Set(second.results.passed);
  const failedNow = new Set(second.results.failed.map(({ name }) => name));
  const isMended = (/** @type {Failure} */ { name, suite }) =>
    !failedNow.has(name) &&
    (suite === null ? passedNow.has(name) : [...passedNow].some((title) => title.startsWith(beginOf(suite))));
  const mended = first.results.failed.filter(isMended).map(({ name }) => name);
  const still = first.results.failed.filter((each) => !isMended(each) && !failedNow.has(each.name));
  const { passed, failures = [] } = countsOf(second);
  // After an early end, the second run had all tests.
  const passedBefore = first.results.ended ? first.results.passed.filter((title) => !passedNow.has(title)).length : 0;
  const flaky = first.results.ended || !second.results.ended ? mended : [endedEarly, ...mended];
  return { ...countsWith(passedBefore + passed, [...failures, ...still.map(({ name }) => name)]), flaky };
}

/**
 * The common prefix of the full titles of a suite's tests; empty for the root suite.
 * @param {string} suite
 */
function beginOf(suite) {
  return suite === '' ? '' : `${suite} `;
}

/** @param {readonly Failure[]} failures */
function patternOf(failures) {
  const escape = (/** @type {string} */ text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  return failures
    .map(({ name, suite }) => (suite === null ? `^${escape(name)}$` : `^${escape(beginOf(suite))}`))
    .join('|');
}

/**
 * The last lines of a run: what failed, the flaky tests, then the counts. A log is often cut to its end, so what failed
 * is named there again.
 * @param {{ readonly passed: number, readonly failed: number }} counts
 * @param {{ readonly failures: readonly string[], readonly flaky: readonly string[] }} names
 */
export function lastLines({ passed, failed }, { failures, flaky }) {
  const list = (/** @type {string} */ heading, /** @type {readonly string[]} */ names) =>
    names.length === 0 ? '' : `\n${heading}:\n${names.map((name) => `  ${name}\n`).join('')}`;
  const lists = [list('Failed', failures), list(`${flaky.length} flaky, passed at the second attempt only`, flaky)];
  return `${lists.join('')}\n${passed} passed, ${failed} failed`;
}
