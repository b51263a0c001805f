import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildRecord } from '../../src/runs/measuring/build-record';
import type { RecordedSource } from '../../src/runs/header';
import type { RunRecord } from '../../src/runs/record';
import { removeLeftOver, RunFile, runFileContent, type RunFileContent } from '../../src/runs/run-file';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { systemClock } from '../../src/system/clock';
import { ownFiles, promptFiles } from '../../src/system/own-files';
import { headerOf, intervalOf } from './support';

const source = (method: RecordedSource['method']): RecordedSource => ({
  component: 'cpu',
  method,
  name: 'x',
  label: 'x',
  band: { low: 1, high: 1 },
});

function recordOf(wattHours: number | null, changes: Parameters<typeof headerOf>[0] = {}): RunRecord {
  const totals =
    wattHours === null ? emptyTotals : addInterval(emptyTotals, intervalOf({ at: 1000, joules: wattHours * 3600 }));
  return buildRecord({ header: headerOf(changes), totals, gaps: [], end: null, lastAt: 1000 }, 'running');
}

describe('runs/run-file', () => {
  let file: RunFile;
  let problems: string[];
  beforeEach(async () => {
    problems = [];
    file = await RunFile.inTemporaryFolder((sentence) => problems.push(sentence));
  });
  afterEach(() => file.remove());

  const content = async (): Promise<RunFileContent> => JSON.parse(await readFile(file.path, 'utf8')) as RunFileContent;

  it('carries the energy of the counted scope, its limits and the least sure method', () => {
    assert.deepEqual(runFileContent(recordOf(2, { sources: [source('counter'), source('model'), source('sensor')] })), {
      version: 1,
      id: 'run',
      name: 'train.py',
      scope: 'run',
      energyWh: 2,
      energyWhLow: 1,
      energyWhHigh: 3,
      emissionsGrams: null,
      durationSeconds: 1,
      method: 'model',
      updatedAt: '1970-01-01T00:00:01.000Z',
    });
    assert.equal(runFileContent(recordOf(2, { scope: 'machine' })).energyWh, 4);
  });

  it('says null for what is not known', () => {
    const { energyWh, method, emissionsGrams } = runFileContent(recordOf(null));
    assert.deepEqual([energyWh, method, emissionsGrams], [null, null, null]);
  });

  it('always holds a whole version, the newest in the end', async () => {
    await file.update(recordOf(1));
    let wholeOnes = 0;
    const writes = Array.from({ length: 50 }, (_, index) => file.update(recordOf(index + 2)));
    while (wholeOnes < 20) {
      assert.equal((await content()).version, 1);
      wholeOnes += 1;
    }
    await Promise.all(writes);
    assert.equal((await content()).energyWh, 51);
  });

  describe('asked for a fresh figure', () => {
    const ask = async (name = ''): Promise<string> => {
      const question = `${file.path}.ask${name}`;
      await writeFile(question, '');
      return question;
    };
    const gone = async (path: string): Promise<void> => {
      while (existsSync(path)) await new Promise((done) => setTimeout(done, 2));
    };

    it('measures now, and has the figure in the file when the question is gone', async () => {
      let measured = 0;
      file.answer(() => Promise.resolve(recordOf((measured += 1))), systemClock);
      await file.update(recordOf(0.5));
      for (const expected of [1, 2, 3]) {
        await gone(await ask());
        assert.equal((await content()).energyWh, expected);
      }
    });

    it('measures anew for a question that came while another was answered', async () => {
      let measured = 0;
      let late = '';
      file.answer(async () => {
        measured += 1;
        if (measured === 1) late = await ask('-late');
        return recordOf(measured);
      }, systemClock);
      await gone(await ask('-first'));
      await gone(late);
      assert.equal((await content()).energyWh, 2);
    });

    it('answers many questions with one measurement, and not more often than figures mean something', async () => {
      const times: number[] = [];
      file.answer(() => {
        times.push(performance.now());
        return Promise.resolve(recordOf(times.length));
      }, systemClock);
      for (let round = 0; round < 3; round += 1)
        await Promise.all(Array.from({ length: 20 }, async (_, index) => gone(await ask(String(index)))));
      assert.ok(times.length < 30, `${times.length} measurements for 60 questions`);
      for (const [index, time] of times.entries())
        if (index > 0) assert.ok(time - times[index - 1]! >= 95, times.join());
    });

    it('lets no reader wait for ever where measuring fails', async () => {
      await file.update(recordOf(1));
      file.answer(() => Promise.reject(new Error('no')), systemClock);
      await gone(await ask());
      assert.equal((await content()).energyWh, 1);
    });

    it('finds a question with the next sample where the folder is not watched', async () => {
      const noWatch = (): never => {
        throw Object.assign(new Error('too many watchers'), { code: 'ENOSPC' });
      };
      await file.remove();
      file = await RunFile.inTemporaryFolder((sentence) => problems.push(sentence), { ...ownFiles, watch: noWatch });
      file.answer(() => Promise.resolve(recordOf(7)), systemClock);
      const question = await ask();
      await file.update(recordOf(1));
      await gone(question);
      assert.equal((await content()).energyWh, 7);
    });

    it('leaves nothing behind while it answers', async () => {
      file.answer(() => Promise.resolve(recordOf(1)), systemClock);
      await ask();
      await file.remove();
      assert.equal(existsSync(dirname(file.path)), false);
    });
  });

  it('answers, holds whole versions and leaves nothing behind where it is written on the calling thread', async () => {
    await file.remove();
    file = await RunFile.inTemporaryFolder((sentence) => problems.push(sentence), promptFiles);
    let measured = 100;
    file.answer(() => Promise.resolve(recordOf((measured += 1))), systemClock);
    for (let wattHours = 1; wattHours < 30; wattHours++) {
      await file.update(recordOf(wattHours));
      assert.equal((await content()).energyWh, wattHours);
    }
    const question = `${file.path}.ask`;
    await writeFile(question, '');
    while (existsSync(question)) await new Promise((done) => setTimeout(done, 2));
    assert.equal((await content()).energyWh, 101);
    await file.remove();
    assert.equal(existsSync(dirname(file.path)), false);
    assert.deepEqual(problems, []);
  });

  it('leaves nothing behind', async () => {
    await file.update(recordOf(1));
    await Promise.all([file.update(recordOf(2)), file.remove()]);
    assert.equal(existsSync(dirname(file.path)), false);
  });

  it('says once when it cannot be written', async () => {
    const blocked = new RunFile(join(dirname(file.path), 'folder', 'run.json'), (sentence) => problems.push(sentence));
    for (let time = 0; time < 5; time++) await blocked.update(recordOf(time));
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /cannot be written \(ENOENT\)\. The measurement continues\.$/);
    await mkdir(dirname(blocked.path));
    await blocked.update(recordOf(9));
    assert.equal((JSON.parse(await readFile(blocked.path, 'utf8')) as RunFileContent).energyWh, 9);
  });

  it('removes what meters that were killed have left, and nothing else', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'green-ml-left-over-'));
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const hours = (number: number): number => Date.now() - number * 3_600_000;
    const make = async (name: string, changed: number, ...files: readonly string[]): Promise<void> => {
      await mkdir(join(temporary, name));
      for (const each of files) await writeFile(join(temporary, name, each), '{}');
      await utimes(join(temporary, name), changed / 1000, changed / 1000);
    };
    try {
      await make(
        `green-ml-run-${ended}-a`,
        hours(2),
        ...['run.json', 'run.json.tmp', 'run.json.0123456789ab.tmp', 'run.json.ask-1'],
      );
      await mkdir(join(temporary, `green-ml-run-${ended}-a`, 'run.json.versions'));
      await writeFile(join(temporary, `green-ml-run-${ended}-a`, 'run.json.versions', '0'), '{}');
      await utimes(join(temporary, `green-ml-run-${ended}-a`), hours(2) / 1000, hours(2) / 1000);
      await make('green-ml-run-AbCdEf', hours(2), 'run.json');
      await make(`green-ml-run-${process.pid}-b`, hours(2), 'run.json');
      await make(`green-ml-run-${ended}-c`, hours(0.5), 'run.json');
      await make(`green-ml-run-${ended}-d`, hours(2), 'run.json', 'somebody.txt');
      await make('other', hours(2), 'run.json');
      await symlink('other', join(temporary, `green-ml-run-${ended}-e`)).catch(() => undefined);
      await removeLeftOver(temporary);
      const left = (await readdir(temporary)).map((name) =>
        name.replace(String(ended), 'ended').replace(String(process.pid), 'alive'),
      );
      assert.deepEqual(left.filter((name) => !name.endsWith('-e')).sort(), [
        'green-ml-run-alive-b',
        'green-ml-run-ended-c',
        'green-ml-run-ended-d',
        'other',
      ]);
      assert.ok(existsSync(join(temporary, 'other', 'run.json')));
    } finally {
      await rm(temporary, { recursive: true });
    }
  });

  it('is in a folder that tells whose it is', () => {
    assert.match(dirname(file.path), new RegExp(`green-ml-run-${process.pid}-\\w+$`));
  });
});
