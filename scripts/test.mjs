// @ts-check
// `npm test`: runs everything and ends with the line "N passed, N failed".
// `npm test -- unit vscode --grep PATTERN` runs some parts, or some tests.
import { endAll, endAllOnSignals } from './children.mjs';
import { main, Problem, readCommandLine } from './progress.mjs';
import { lastLines } from './second-attempt.mjs';
import { parts } from './test-parts.mjs';

await main(async () => {
  const { names, grep } = readArguments();
  endAllOnSignals();
  const total = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const flaky = [];
  /** @type {string[]} */
  const failures = [];
  for (const name of names) {
    const { title, run } = parts[name];
    console.log(`\n━━ ${title}`);
    const began = performance.now();
    /** @type {import('./test-parts.mjs').Counts} */
    const counts = await run({ grep }).catch((error) => {
      console.error(error instanceof Problem ? error.message : error);
      return { passed: 0, failed: 1, failures: [error instanceof Error ? error.message : String(error)] };
    });
    const inPart = (/** @type {readonly string[]} */ tests) => tests.map((test) => `${title}: ${test}`);
    flaky.push(...inPart(counts.flaky ?? []));
    failures.push(...inPart(counts.failures ?? []));
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`   ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
    total.passed += counts.passed;
    total.failed += counts.failed;
  }
  await endAll();
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
  console.log(lastLines(total, { failures, flaky }));
});

function readArguments() {
  const { values, positionals } = readCommandLine({
    allowPositionals: true,
    options: { grep: { type: 'string', short: 'g' } },
  });
  const known = /** @type {(keyof typeof parts)[]} */ (Object.keys(parts));
  const unknown = positionals.find((name) => !known.some((each) => each === name));
  if (unknown !== undefined) throw new Problem(`There is no part "${unknown}"; the parts are ${known.join(', ')}.`);
  return {
    names: positionals.length > 0 ? known.filter((name) => positionals.includes(name)) : known,
    grep: values.grep,
  };
}
