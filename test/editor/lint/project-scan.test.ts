import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadlineMilliseconds } from '../../../src/editor/lint/lint-client';
import { ProjectScan } from '../../../src/editor/lint/project-scan';
import type { LintedFile } from '../../../src/editor/lint/scan-protocol';
import { FakeClock } from '../../support/fake-clock';

/** Sends two files, the second when it is asked for more, and then does what its first path says. */
const worker = `
const { parentPort, workerData } = require('node:worker_threads');
const [end] = workerData.paths;
const file = (index) => ({ index, problems: { findings: [], notices: [], found: 0 } });
let asked = 0;
parentPort.on('message', () => {
  asked++;
  if (asked === 1) parentPort.postMessage({ files: [file(1)] });
  else if (end === 'done') parentPort.postMessage({ done: true });
  else if (end === 'die') throw new Error('dead');
  else for (;;);
});
parentPort.postMessage({ files: [file(0)] });
`;

describe('the scan of a project', () => {
  let folder: string;
  let clock: FakeClock;
  let received: number[];
  let onSecond: Promise<void>;
  let scan: ProjectScan<'problems'>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-scan-'));
    await writeFile(join(folder, 'scan-worker.js'), worker);
    clock = new FakeClock();
    received = [];
  });
  afterEach(async () => {
    scan.dispose();
    await rm(folder, { recursive: true });
  });

  function start(end: string): void {
    onSecond = new Promise((resolve) => {
      const receive = (files: readonly LintedFile[]): void => {
        received.push(...files.map(({ index }) => index));
        if (received.length === 2) resolve();
      };
      scan = new ProjectScan(
        {
          productFolder: folder,
          env: {},
          paths: [end],
          folder,
          configs: [],
          configOf: [],
          mostBytes: 1,
          wanted: { kind: 'problems', rules: null },
        },
        clock,
        receive,
      );
    });
  }

  it('asks for more after each message, until all is there', async () => {
    start('done');
    assert.equal(await scan.ended, true);
    assert.deepEqual(received, [0, 1]);
    assert.equal(clock.pending, 0);
  });

  it('is not complete if its thread dies', async () => {
    start('die');
    assert.equal(await scan.ended, false);
    assert.deepEqual(received, [0, 1]);
  });

  it('ends a thread that a text blocks', async () => {
    start('hang');
    await onSecond;
    await clock.advance(deadlineMilliseconds / 1000 - 1);
    let hasEnded = false;
    void scan.ended.then(() => (hasEnded = true));
    await clock.advance(0.5);
    assert.equal(hasEnded, false);
    await clock.advance(1);
    assert.equal(await scan.ended, false);
  });
});
