import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AmbientLog } from '../../src/runs/ambient-log';

describe('what the machine used on a day', () => {
  let state: string;

  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ambient-'));
  });
  afterEach(() => rm(state, { recursive: true, force: true }));

  it('is nothing before the first reading', async () => {
    assert.equal(await new AmbientLog(state).total('2026-11-21'), 0);
  });

  it('is the sum of what all windows added', async () => {
    const [one, other] = [new AmbientLog(state), new AmbientLog(state)];
    await Promise.all([one.add('2026-11-21', 10), other.add('2026-11-21', 20), one.add('2026-11-21', 0.5)]);
    assert.equal(await other.total('2026-11-21'), 30.5);
  });

  it('leaves out what is damaged and forgets other days', async () => {
    const log = new AmbientLog(state);
    await log.add('2026-11-20', 7);
    await log.add('2026-11-21', 10);
    await appendFile(join(state, 'ambient', '2026-11-21.txt'), 'garbage\n-5\nInfinity\n');
    assert.equal(await log.total('2026-11-21'), 10);
    assert.deepEqual(await readdir(join(state, 'ambient')), ['2026-11-21.txt']);
  });
});
