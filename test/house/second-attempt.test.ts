import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transform } from 'esbuild';
import {
  atMostTwice,
  countsOf,
  lastLines,
  readResults,
  type Attempt,
  type Results,
} from '../../scripts/second-attempt.mjs';

const test = (name: string): Results['failed'][number] => ({ name, suite: null });

function attempt(results: Partial<Results>, problem: string | null = null): Attempt {
  return { results: { passed: [], failed: [], ended: true, ...results }, problem };
}

/** Returns these attempts in turn, and records the pattern of each. */
async function withAttempts(...attempts: readonly Attempt[]) {
  const patterns: (string | undefined)[] = [];
  const counts = await atMostTwice(
    (pattern) => {
      patterns.push(pattern);
      const next = attempts[patterns.length - 1];
      return next === undefined ? Promise.reject(new Error('there are too many attempts')) : Promise.resolve(next);
    },
    () => undefined,
  );
  return { patterns, counts };
}

describe('a second attempt', () => {
  it('is not made if all tests pass', async () => {
    const { patterns, counts } = await withAttempts(attempt({ passed: ['a', 'b'] }));
    assert.deepEqual(patterns, [undefined]);
    assert.deepEqual(counts, { passed: 2, failed: 0 });
  });

  it('runs only the tests that failed, and reports those that pass then as flaky', async () => {
    const { patterns, counts } = await withAttempts(
      attempt({ passed: ['the page opens'], failed: [test('the page (1.5 s) loads'), test('the page closes')] }),
      attempt({ passed: ['the page (1.5 s) loads'], failed: [test('the page closes')] }),
    );
    assert.deepEqual(patterns, [undefined, '^the page \\(1\\.5 s\\) loads$|^the page closes$']);
    assert.deepEqual(counts, {
      passed: 2,
      failed: 1,
      failures: ['the page closes'],
      flaky: ['the page (1.5 s) loads'],
    });
  });

  it('leaves a test failed if it does not run then', async () => {
    const { counts } = await withAttempts(attempt({ passed: ['a'], failed: [test('b')] }), attempt({}));
    assert.deepEqual(counts, { passed: 1, failed: 1, failures: ['b'], flaky: [] });
  });

  it('runs the whole suite of a hook that failed, and counts each of its tests once', async () => {
    const hook = { name: 'page "before each" hook for "b"', suite: 'page' };
    const { patterns, counts } = await withAttempts(
      attempt({ passed: ['page a', 'pages c'], failed: [hook] }),
      attempt({ passed: ['page a', 'page b'] }),
    );
    assert.deepEqual(patterns, [undefined, '^page ']);
    assert.deepEqual(counts, { passed: 3, failed: 0, flaky: [hook.name] });
  });

  it('runs all tests if the run ended before them, and reports that as flaky too', async () => {
    const { patterns, counts } = await withAttempts(
      attempt({ passed: ['a'], failed: [test('b')], ended: false }, 'ended with status 1 before its tests did'),
      attempt({ passed: ['a', 'b', 'c'] }),
    );
    assert.deepEqual(patterns, [undefined, undefined]);
    assert.deepEqual(counts, { passed: 3, failed: 0, flaky: ['the run ended before its tests did', 'b'] });
  });

  it('fails if it ends early too', async () => {
    const { counts } = await withAttempts(attempt({ ended: false }, 'it ended'), attempt({ ended: false }, 'it ended'));
    assert.deepEqual(counts, { passed: 0, failed: 1, failures: ['it ended'], flaky: [] });
  });

  it('does not hide that a run fails although its tests pass', async () => {
    const { patterns, counts } = await withAttempts(attempt({ passed: ['a'] }, 'ended with status 3'));
    assert.equal(patterns.length, 1);
    assert.deepEqual(counts, { passed: 1, failed: 1, failures: ['ended with status 3'] });
  });
});

describe('a test', () => {
  it('does not hide that it is flaky: none uses retries of mocha', async () => {
    const files = (await readdir('test', { recursive: true })).filter((name) => name.endsWith('.ts'));
    assert.ok(files.length > 100);
    const repeat = ['this', 'retries('].join('.');
    for (const name of files) assert.ok(!(await readFile(join('test', name), 'utf8')).includes(repeat), name);
  });
});

describe('the last lines of a test run', () => {
  it('are only the counts if nothing is flaky', () => {
    assert.equal(lastLines({ passed: 3, failed: 0 }, { failures: [], flaky: [] }), '\n3 passed, 0 failed');
  });

  it('name and count what is flaky, and end with the counts', () => {
    assert.equal(
      lastLines({ passed: 3, failed: 0 }, { failures: [], flaky: ['The page: a', 'The page: b'] }),
      '\n2 flaky, passed at the second attempt only:\n  The page: a\n  The page: b\n\n3 passed, 0 failed',
    );
  });
});

describe('the last lines of a failed test run', () => {
  it('name what failed, because a log is often cut to its end', () => {
    assert.equal(
      lastLines({ passed: 3, failed: 1 }, { failures: ['Unit tests: a'], flaky: [] }),
      '\nFailed:\n  Unit tests: a\n\n3 passed, 1 failed',
    );
  });
});

describe('the results that mocha writes', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-attempt-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function runMocha(text: string, pattern?: string, ...args: readonly string[]): Promise<Attempt> {
    const file = join(folder, 'some.test.cjs');
    const results = join(folder, 'results.json');
    await writeFile(file, text);
    await rm(results, { force: true });
    const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/mocha-reporter.cjs', file, ...args];
    spawnSync(process.execPath, [...mocha, ...(pattern === undefined ? [] : ['--grep', pattern])], {
      env: { ...process.env, GREEN_ML_RESULTS: results },
      stdio: 'ignore',
    });
    return { results: readResults(await readFile(results, 'utf8').catch(() => '')), problem: null };
  }

  it('allow only the failed test to run again', async () => {
    const log = JSON.stringify(join(folder, 'log'));
    const text = `
      const { appendFileSync, readFileSync } = require('node:fs');
      const note = (name) => appendFileSync(${log}, name);
      describe('page', () => {
        it('opens', () => note('o'));
        it('loads (at last)', () => {
          note('l');
          if (readFileSync(${log}, 'utf8').split('l').length < 3) throw new Error('not yet');
        });
      });`;
    const counts = await atMostTwice(
      (pattern) => runMocha(text, pattern),
      () => undefined,
    );
    assert.deepEqual(counts, { passed: 2, failed: 0, flaky: ['page loads (at last)'] });
    assert.equal(await readFile(join(folder, 'log'), 'utf8'), 'oll');
  });

  it('contain the suite of a hook that failed', async () => {
    const { results } = await runMocha(`
      describe('page', () => describe('open', () => {
        before(() => { throw new Error('no browser'); });
        it('loads', () => {});
      }));`);
    assert.deepEqual(
      results.failed.map(({ suite }) => suite),
      ['page open'],
    );
    assert.equal(results.ended, true);
  });

  it('contain the tests that had passed if the run ends in the middle', async () => {
    const { results } = await runMocha(`
      it('first', () => {});
      it('second', () => process.exit(0));`);
    assert.deepEqual(results, { passed: ['first'], failed: [], ended: false });
  });

  it('count a test that is skipped without a reason as failed', async () => {
    const attemptOfSkip = await runMocha(`it.skip('later', () => {});`);
    assert.deepEqual(countsOf(attemptOfSkip), { passed: 0, failed: 1, failures: ['later'] });
  });

  it('are the same where files run side by side', async () => {
    const source = await readFile(join('test', 'support', 'skip.ts'), 'utf8');
    const { code } = await transform(source, { loader: 'ts', format: 'cjs' });
    await writeFile(join(folder, 'skip.cjs'), code);
    const { results } = await runMocha(
      `
      const { skip } = require('./skip.cjs');
      describe('page', () => {
        it('opens', () => {});
        it('loads', () => { throw new Error('not yet'); });
        it.skip('closes', () => {});
        it('prints', function () { skip(this, 'there is no printer'); });
      });
      describe('pages', () => {
        before(function () { skip(this, 'there is one page'); });
        it('turn', () => {});
      });
      describe('book', () => {
        before(() => { throw new Error('no book'); });
        it('opens', () => {});
      });`,
      undefined,
      '--parallel',
    );
    assert.deepEqual(results, {
      passed: ['page opens'],
      failed: [
        { name: 'page loads', suite: null },
        { name: 'page closes', suite: null },
        { name: 'book "before all" hook for "opens"', suite: 'book' },
      ],
      ended: true,
    });
  });
});
