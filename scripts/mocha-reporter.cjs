// Mocha's readable report. It also writes what has passed and failed so far to the file GREEN_ML_RESULTS. The file is
// written after each test, so that it is useful even if the run never ends.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

/** The reason that `skip` in test/support/skip.ts has stored in the test or in a suite around it. */
function skipReason(runnable) {
  if (runnable === undefined) return undefined;
  return runnable.skipReason ?? skipReason(runnable.parent);
}

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const passed = [];
    const failed = [];
    const unexplained = [];
    const write = (ended) => {
      const file = process.env['GREEN_ML_RESULTS'];
      if (file !== undefined)
        writeFileSync(file, JSON.stringify({ passed, failed: [...failed, ...unexplained], ended }));
    };
    runner.on(Runner.constants.EVENT_RUN_BEGIN, () => write(false));
    runner.on(Runner.constants.EVENT_TEST_PASS, (test) => {
      passed.push(test.fullTitle());
      write(false);
    });
    runner.on(Runner.constants.EVENT_TEST_FAIL, (runnable) => {
      const suite = runnable.type === 'hook' ? runnable.parent.fullTitle() : null;
      failed.push({ name: runnable.fullTitle(), suite });
      write(false);
    });
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => {
      const reason = skipReason(test);
      if (reason === undefined) unexplained.push({ name: test.fullTitle(), suite: null });
      else console.log(`    skipped: ${reason}`);
    });
    runner.on(Runner.constants.EVENT_RUN_END, () => {
      for (const { name } of unexplained) console.log(`  Skipped without a reason, which counts as a failure: ${name}`);
      write(true);
    });
  }
}

module.exports = CountingReporter;
