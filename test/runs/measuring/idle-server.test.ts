import assert from 'node:assert/strict';
import type { RunActivity } from '../../../src/runs/measuring/active-run';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import { IdleServerWatch } from '../../../src/runs/measuring/idle-server';
import { emptyTotals } from '../../../src/runs/totals';
import { headerOf } from '../support';

describe('runs/idle-server', () => {
  let asked: number;
  let activity: RunActivity | null;

  beforeEach(() => {
    asked = 0;
    activity = null;
  });

  function watchOf(
    ports: readonly number[] | null,
    command: readonly string[] = ['python3', 'serve.py'],
  ): IdleServerWatch {
    const record = buildRecord(
      { header: headerOf({ name: 'serve.py', command }), totals: emptyTotals, gaps: [], end: null, lastAt: 0 },
      'running',
    );
    return new IdleServerWatch(
      {
        record: () => record,
        get activity() {
          return activity;
        },
      },
      {
        listeningPorts: () => {
          asked += 1;
          return Promise.resolve(ports);
        },
      },
    );
  }

  /** Lets the run go on for so many seconds in intervals of one second, on a machine of 36 W. */
  async function go(
    watch: IdleServerWatch,
    seconds: number,
    cores: number,
    changes: Partial<RunActivity> = {},
  ): Promise<string[]> {
    const told: string[] = [];
    for (let second = 0; second < seconds; second++) {
      activity = { seconds: 1, cpuSeconds: cores, pids: [7], gpuJoules: 0, machineJoules: 36, ...changes };
      const text = await watch.check();
      if (text !== null) told.push(text);
    }
    return told;
  }

  it('tells once what a server has used that did nothing for ten minutes', async () => {
    const watch = watchOf([8000]);
    assert.deepEqual(await go(watch, 599, 0.01), []);
    assert.deepEqual(await go(watch, 1, 0), [
      'serve.py is waiting on port 8000 and has been idle for 10 min; this computer used 6 Wh in that time. Stop it if you do not need it.',
    ]);
    await go(watch, 5, 1);
    assert.deepEqual(await go(watch, 1200, 0), []);
  });

  it('begins anew after work: a request, a computation on the graphics card', async () => {
    const watch = watchOf([8000]);
    await go(watch, 599, 0);
    await go(watch, 1, 0.3);
    assert.deepEqual(await go(watch, 599, 0), []);
    await go(watch, 1, 0, { gpuJoules: 40 });
    assert.deepEqual(await go(watch, 599, 0), []);
    assert.equal((await go(watch, 1, 0)).length, 1);
  });

  it('lets housekeeping pass, and takes steady small work as work', async () => {
    const housekeeping = watchOf([8000]);
    for (let minute = 0; minute < 9; minute++) {
      await go(housekeeping, 59, 0.005);
      await go(housekeeping, 1, 0.2);
    }
    assert.equal((await go(housekeeping, 60, 0)).length, 1);
    assert.deepEqual(await go(watchOf([8000]), 2000, 0.08), []);
  });

  it('says nothing of a run that waits for something else than connections, and looks only once at it', async () => {
    const watch = watchOf([]);
    assert.deepEqual(await go(watch, 3000, 0), []);
    assert.equal(asked, 1);
  });

  it('goes by the name of the program where sockets cannot be looked at', async () => {
    assert.deepEqual(await go(watchOf(null), 700, 0), []);
    const [text] = await go(watchOf(null, ['/usr/bin/uvicorn', 'app:app']), 700, 0, { machineJoules: null });
    assert.equal(text, 'serve.py is waiting and has been idle for 10 min. Stop it if you do not need it.');
  });

  it('says nothing of a run without processes, and counts each interval once', async () => {
    assert.deepEqual(await go(watchOf([8000]), 700, 0, { pids: [] }), []);
    const watch = watchOf([8000]);
    await go(watch, 1, 0);
    for (let again = 0; again < 700; again++) assert.equal(await watch.check(), null);
  });
});
