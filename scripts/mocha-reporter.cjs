// Mocha's readable report. It also appends each result to the file GREEN_ML_RESULTS, a line of JSON each, so that the
// file is useful even if the run never ends.
const { appendFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

/** What `skip` in test/support/skip.ts adds to the title of a test. */
const withReason = /\(skipped: .+\)$/;

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const unexplained = [];
    const write = (result) => {
      const file = process.env['GREEN_ML_RESULTS'];
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
    };
    runner.on(Runner.constants.EVENT_TEST_PASS, (test) => write({ passed: test.fullTitle() }));
    runner.on(Runner.constants.EVENT_TEST_FAIL, (runnable) => {
      const suite = runnable.type === 'hook' ? runnable.parent.fullTitle() : null;
      write({ failed: { name: runnable.fullTitle(), suite } });
    });
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => {
      if (withReason.test(test.title)) return;
      unexplained.push(test.fullTitle());
      write({ failed: { name: test.fullTitle(), suite: null } });
    });
    runner.on(Runner.constants.EVENT_RUN_END, () => {
      for (const name of unexplained) console.log(`  Skipped without a reason, which counts as a failure: ${name}`);
      write({ ended: true });
    });
  }
}

module.exports = CountingReporter;
