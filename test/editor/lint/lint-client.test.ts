import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deadlineMilliseconds, LintClient } from '../../../src/editor/lint/lint-client';
import type { LintAnswer } from '../../../src/editor/lint/protocol';
import { defaultConfig } from '../../../src/lint/engine/settings';
import { systemClock } from '../../../src/system/clock';
import { FakeClock, settle } from '../../support/fake-clock';

/** A worker that hangs on one text and dies of another, and lints all others by giving no findings. */
const worker = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ kind, id, source }) => {
  if (kind !== 'lint') return;
  if (source.text.includes('hang')) for (;;);
  if (source.text.includes('die')) throw new Error('dead of ' + source.text);
  parentPort.postMessage({ id, findings: [], notice: source.text });
});
`;

const search = 'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n';

describe("the linter's client", () => {
  let folder: string;
  let client: LintClient;
  let failures: string[];
  let clock: FakeClock;

  const make = (productFolder: string): LintClient =>
    new LintClient(productFolder, clock, (message) => failures.push(message));
  const lint = (key: string, text = key): Promise<LintAnswer | null> =>
    client.lint({ key, source: { kind: 'module', text }, path: `/w/${key}.py`, config: defaultConfig });
  /** Waits until the worker has certainly begun with what it was given: the deadline runs. */
  const begun = settle;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-worker-'));
    await writeFile(join(folder, 'lint-worker.js'), worker);
    clock = new FakeClock();
    failures = [];
    client = make(folder);
  });

  afterEach(async () => {
    client.dispose();
    await rm(folder, { recursive: true });
  });

  it('replaces a worker that a text blocks, says so, and lints the others', async () => {
    const before = await lint('first');
    assert.equal(before?.notice, 'first');
    const answers = Promise.all([lint('hang'), lint('second'), lint('third')]);
    await begun();
    await clock.advance(deadlineMilliseconds / 1000);
    const [hung, second, third] = await answers;
    assert.match(hung?.notice ?? '', /^Green ML stopped linting this file/);
    assert.deepEqual([second?.notice, third?.notice], ['second', 'third']);
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', /^Linting \/w\/hang\.py took more than 60 seconds/);
  });

  it('does not lint such a text again until it is reopened', async () => {
    const hung = lint('hang');
    await begun();
    await clock.advance(deadlineMilliseconds / 1000);
    await hung;
    assert.match((await lint('hang', 'hang more'))?.notice ?? '', /^Green ML stopped/);
    client.forget('hang');
    assert.equal((await lint('hang', 'mended'))?.notice, 'mended');
  });

  it('lints the others after a crash, however many there are', async () => {
    for (let round = 0; round < 5; round++) {
      const [dead, other] = await Promise.all([lint(`die ${round}`), lint(`other ${round}`)]);
      assert.match(dead?.notice ?? '', /^Green ML could not lint this file/);
      assert.equal(other?.notice, `other ${round}`);
    }
    assert.equal(failures.length, 5);
  });

  it('gives up after three crashes in a row, and says so', async () => {
    for (let round = 0; round < 3; round++) await lint(`die ${round}`);
    assert.equal(await lint('other'), null);
    assert.match(failures[2] ?? '', /stays off until you reload the window/);
  });

  it('cancels the deadline when it gets the answer', async () => {
    await lint('first');
    await clock.advance((2 * deadlineMilliseconds) / 1000);
    assert.deepEqual(failures, []);
    assert.equal((await lint('second'))?.notice, 'second');
  });

  it('returns what the real worker found before it reached its limit, with a notice', async function () {
    this.timeout(120_000);
    client.dispose();
    client = new LintClient(resolve('dist'), systemClock, (message) => failures.push(message));
    const many =
      'from sklearn.model_selection import GridSearchCV\ndef f(a):\n' +
      Array.from({ length: 2000 }, (_, index) => `    if a:\n        g = {"C": [${index}]}\n`).join('') +
      '    GridSearchCV(m, {"C": range(20)}).fit(x)\n' +
      '    GridSearchCV(m, g).fit(x)\n'.repeat(1000);
    const answer = await lint('many', many);
    assert.ok(answer !== null && answer.findings.length > 0);
    assert.match(answer.notice ?? '', /too long or too involved for grid-search/);
    assert.deepEqual(
      (await lint('search', search))?.findings.map(({ rule }) => rule),
      ['grid-search'],
    );
    assert.match((await lint('long', search + '#'.repeat(1_000_001)))?.notice ?? '', /million characters/);
    assert.deepEqual(failures, []);
  });
});
