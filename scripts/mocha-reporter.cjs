// Mocha's readable report, and the counts of the run and of its outermost suites in the file that GREEN_ML_RESULTS names.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

/** What `skip` in test/support/skip.ts has noted on the test or on a suite around it. */
function skipReason(runnable) {
  if (runnable === undefined) return undefined;
  return runnable.skipReason ?? skipReason(runnable.parent);
}

/** The title of the outermost suite that a test or hook stands in. */
function outermostSuite(runnable) {
  let title = '';
  for (let suite = runnable.parent; suite?.parent !== undefined; suite = suite.parent) title = suite.title;
  return title;
}

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const unexplained = [];
    const suites = {};
    const suiteOf = (runnable) => (suites[outermostSuite(runnable)] ??= { passed: 0, failed: 0 });
    runner.on(Runner.constants.EVENT_TEST_PASS, (test) => (suiteOf(test).passed += 1));
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test) => (suiteOf(test).failed += 1));
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => {
      const reason = skipReason(test);
      if (reason === undefined) unexplained.push(test.fullTitle());
      else console.log(`    skipped: ${reason}`);
    });
    runner.on(Runner.constants.EVENT_RUN_END, () => {
      for (const title of unexplained) console.log(`  Skipped without a reason, which counts as a failure: ${title}`);
      const file = process.env['GREEN_ML_RESULTS'];
      if (file === undefined) return;
      const passed = this.stats.passes;
      const failed = this.stats.failures + unexplained.length;
      writeFileSync(file, JSON.stringify({ passed, failed, suites }));
    });
  }
}

module.exports = CountingReporter;
