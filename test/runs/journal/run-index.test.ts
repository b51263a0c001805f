import assert from 'node:assert/strict';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withParents } from '../../../src/runs/measuring/counted-once';
import { Journal, type JournalListing } from '../../../src/runs/journal/journal';
import { formatLine } from '../../../src/runs/journal/journal-lines';
import type { JournalLine } from '../../../src/runs/journal/journal-shapes';
import { listedRun, type ListedRun } from '../../../src/runs/journal/listed-run';
import { runsOfProject } from '../../../src/runs/project-runs';
import { RunReader } from '../../../src/runs/journal/run-reader';
import { ownFiles, type OwnFiles } from '../../../src/system/own-files';
import { headerOf, intervalOf } from '../support';

const folders = ['/work/one', '/work/one/deep', '/work/two', '/work/twofold'];
/** All that is written in a test counts as written a while ago. */
const later = { wallMilliseconds: () => Date.now() + 10_000 };

describe('runs/run-index', () => {
  let state: string;
  let index: string;
  let journal: Journal;
  let gone: number;
  /** Each change gets a time of its own: changes in a test follow each other more quickly than a file system counts. */
  let time = 0;

  before(() => {
    gone = spawnSync(process.execPath, ['-e', '']).pid;
  });
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-index-'));
    index = join(state, 'runs-index-6');
    journal = new Journal(state, ownFiles, later);
    await mkdir(journal.folder);
    // So few small runs would be read without an index.
    await writeFile(index, '');
  });
  afterEach(() => rm(state, { recursive: true, force: true }));

  async function changed(id: string): Promise<void> {
    time += 1;
    const moment = Date.now() / 1000 - 5 + time / 1e5;
    await utimes(journal.path(id), moment, moment).catch(() => undefined);
    await utimes(journal.folder, moment, moment);
  }

  interface Content {
    readonly samples: readonly number[];
    readonly folder: string | null;
    readonly note: string;
    readonly end: 'ended' | 'killed' | 'going on';
    readonly inner: string | null;
  }

  function linesOf(id: string, { samples, folder, note, end, inner }: Content): string {
    const pid = end === 'killed' ? gone : process.pid;
    const lines: JournalLine[] = [
      {
        type: 'start',
        version: 1,
        ...headerOf({ id, folder, notes: [note], recorder: { pid, version: '0' }, command: ['python', note] }),
      },
      ...samples.map((joules, at): JournalLine => ({ type: 'sample', ...intervalOf({ at: 1000 * (at + 1), joules }) })),
      ...(inner === null ? [] : [{ type: 'update', children: [inner] } as const]),
    ];
    if (end === 'ended') lines.push({ type: 'end', at: 1000 * samples.length, exitCode: 0, meterCpuSeconds: 0.25 });
    return lines.map(formatLine).join('');
  }

  /** What there is, by the runs' own files alone. */
  async function byFiles(): Promise<JournalListing> {
    const entries = await Promise.all((await journal.ids()).map((id) => journal.entry(id)));
    return {
      runs: withParents(entries.flatMap(({ record }) => record ?? [])),
      problems: entries.flatMap(({ problem }) => problem ?? []),
    };
  }

  /** What a list shows, by the heads of the index's lines where they fit. */
  async function listedIn(
    from: Journal,
  ): Promise<{ readonly runs: ListedRun[]; readonly problems: readonly string[] }> {
    const runs: ListedRun[] = [];
    return { problems: await from.visitListed((run) => runs.push(run)), runs };
  }

  async function assertSame(): Promise<void> {
    const expected = await byFiles();
    const other = new Journal(state, ownFiles, later);
    const found = await Promise.all([journal.list(), other.list(), listedIn(other)]);
    for (const each of [...found.slice(0, 2), await journal.list()]) assert.deepEqual(each, expected);
    assert.equal(JSON.stringify((await journal.list()).runs), JSON.stringify(expected.runs));
    assert.deepEqual(await listedIn(journal), {
      runs: expected.runs.map(listedRun),
      problems: expected.problems,
    });
    for (const folder of folders)
      assert.equal(await journal.hasRunIn(folder), runsOfProject(expected.runs, folder).length > 0, folder);
  }

  const ids = ['20260101T000000Z-00000a', '20260101T000001Z-00000b', '20260102T000000Z-00000c', 'a name & of [ours]'];
  const id = fc.constantFrom(...ids);
  const content: fc.Arbitrary<Content> = fc.record({
    samples: fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { maxLength: 3 }),
    folder: fc.constantFrom(null, ...folders),
    note: fc.constantFrom('ä note', '', 'a "second" one\n'),
    end: fc.constantFrom('ended', 'ended', 'killed', 'going on'),
    inner: fc.option(id, { freq: 4 }),
  });
  type Step = (path: (id: string) => string) => Promise<unknown>;
  const step = (run: Step, text: string): { readonly run: Step; toString(): string } => ({
    run: (path) => run(path).catch(() => undefined),
    toString: () => text,
  });
  const steps = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(id, content).map(([run, what]) =>
        step(
          async (path) => {
            await writeFile(`${path(run)}.tmp`, linesOf(run, what));
            await rename(`${path(run)}.tmp`, path(run));
            await changed(run);
          },
          `write ${run}: ${JSON.stringify(what)}`,
        ),
      ),
    },
    id.map((run) =>
      step(async (path) => {
        await appendFile(path(run), '{"type":"sample","at":2000,"seco');
        await changed(run);
      }, `cut ${run}`),
    ),
    id.map((run) =>
      step(async (path) => {
        await appendFile(path(run), 'garbage\n');
        await changed(run);
      }, `damage ${run}`),
    ),
    fc.tuple(id, id).map(([run, outer]) =>
      step(async () => {
        await journal.adopt(run, [outer]);
        await changed(run);
      }, `adopt ${run} ${outer}`),
    ),
    id.map((run) =>
      step(async (path) => {
        // The same length, in the same file.
        const text = await readFile(path(run), 'utf8');
        await writeFile(path(run), text.replace('"processes":2', '"processes":7'));
        await changed(run);
      }, `edit ${run}`),
    ),
    id.map((run) =>
      step(async (path) => {
        await rm(path(run));
        await changed(run);
      }, `delete ${run}`),
    ),
    fc.tuple(id, id).map(([from, to]) =>
      step(async (path) => {
        await rename(path(from), path(to));
        await changed(to);
      }, `move ${from} ${to}`),
    ),
    fc.tuple(id, id).map(([from, to]) =>
      step(async (path) => {
        await copyFile(path(from), `${path(to)}.tmp`);
        await rename(`${path(to)}.tmp`, path(to));
        await changed(to);
      }, `copy ${from} ${to}`),
    ),
    id.map((run) =>
      step(async (path) => {
        await rm(path(run));
        await writeFile(path(run), '');
        await changed(run);
      }, `empty ${run}`),
    ),
    fc
      .double({ min: 0, max: 1, noNaN: true })
      .map((part) =>
        step(async () => truncate(index, Math.floor(part * (await stat(index)).size)), `truncate the index at ${part}`),
      ),
    fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 255 })).map(([part, bits]) =>
      step(async () => {
        const bytes = await readFile(index);
        const at = Math.floor(part * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ bits;
        await writeFile(index, bytes);
      }, `change the index at ${part} by ${bits}`),
    ),
    fc.constant(step(() => writeFile(index, ''), 'empty the index')),
    fc.constant(step(() => appendFile(index, 'half a li'), 'half a line in the index')),
    fc.constant(
      step(async () => {
        await rm(index);
        await mkdir(index);
      }, 'a folder instead of the index'),
    ),
    fc.constant(
      step(async () => {
        await rm(index, { recursive: true });
        await writeFile(index, '');
      }, 'a new index'),
    ),
    fc.constant(step(() => writeFile(join(state, 'runs-folders-1.json'), '{"state":3}'), 'another list of folders')),
  );

  it('shows what the files of the runs say after any writes, crashes, edits and deletions, whatever is in the index', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (all) => {
        await rm(journal.folder, { recursive: true });
        await mkdir(journal.folder);
        for (const each of all) {
          await each.run((run) => journal.path(run));
          await assertSame();
        }
      }),
      { numRuns: 60 },
    );
  });

  async function store(run: string, changes: Partial<Content> = {}): Promise<void> {
    const what: Content = { samples: [3600], folder: '/work/one', note: '', end: 'ended', inner: null, ...changes };
    await writeFile(journal.path(run), linesOf(run, what));
    await changed(run);
  }

  /** A journal that notes which files it reads whole. */
  function watched(): { readonly journal: Journal; readonly read: string[] } {
    const read: string[] = [];
    const files = {
      ...ownFiles,
      readText: (path: string, limit?: number) => (read.push(path), ownFiles.readText(path, limit)),
    };
    return { journal: new Journal(state, files, later), read };
  }

  it('opens no file of a run that is as it was when it was listed last', async () => {
    for (const run of ids) await store(run);
    await journal.list();
    const { journal: second, read } = watched();
    assert.equal((await second.list()).runs.length, ids.length);
    assert.deepEqual(read, []);
    await store(ids[1] ?? '', { samples: [7200] });
    assert.equal((await second.list()).runs[1]?.energyWh.total, 2);
    assert.deepEqual(read, [journal.path(ids[1] ?? '')]);
  });

  it('shows a list of runs by the heads of the lines alone', async () => {
    for (const run of ids) await store(run, { note: `note of ${run}`, end: 'killed' });
    const expected = (await journal.list()).runs.map(listedRun);
    // A record that is damaged, in a line whose head is not.
    const text = await readFile(index, 'utf8');
    await writeFile(index, text.replaceAll(/\t[0-9a-f]{8} \[/g, '\t00000000 ['));
    const { journal: second, read } = watched();
    assert.deepEqual((await listedIn(second)).runs, expected);
    assert.deepEqual(read, []);
    assert.deepEqual((await second.list()).runs.map(listedRun), expected);
    assert.equal(read.length, ids.length);
  });

  it('drops deleted runs from a large index, and copies the lines of the others', async () => {
    for (const run of ids) await store(run);
    await journal.list();
    const before = (await readFile(index, 'utf8')).split('\n');
    await journal.delete(ids[1] ?? '');
    await listedIn(journal);
    const after = (await readFile(index, 'utf8')).split('\n').filter((line) => line !== '');
    assert.ok(after.every((line) => before.includes(line)));
    assert.equal(after.filter((line) => line.slice(9, 10) === '+').length, ids.length - 1);
  });

  it('keeps what it has just read when a run is gone too, and drops that one the next time', async () => {
    await store(ids[0] ?? '');
    await journal.list();
    await journal.delete(ids[0] ?? '');
    for (const run of ids.slice(1)) await store(run);
    await journal.list();
    const { journal: second, read } = watched();
    await second.list();
    assert.deepEqual(read, []);
    assert.ok(!(await readFile(index, 'utf8')).includes(ids[0] ?? ''));
  });

  it('removes the index of an earlier version when its own begins: that one still names deleted runs', async () => {
    await rm(index);
    await writeFile(join(state, 'runs-index-3'), 'lines of another version');
    for (let run = 0; run < 6; run += 1) await store(`20260101T00000${run}Z-00000a`, { note: 'long '.repeat(20_000) });
    await journal.list();
    assert.deepEqual((await readdir(state)).sort(), ['runs', 'runs-index-6']);
  });

  it('gives the editor a part of the runs from the index too', async () => {
    const many = Array.from({ length: 6 }, (_, run) => `20260101T00000${run}Z-00000a`);
    for (const run of many) await store(run, { note: 'long '.repeat(20_000) });
    const first = await new RunReader(journal).read(many);
    const { journal: second, read } = watched();
    assert.deepEqual(await new RunReader(second).read(many), first);
    assert.equal(first.records.length, many.length);
    assert.deepEqual(read, []);
  });

  it('notices an edit that leaves the size and the time of a file', async () => {
    const [run = ''] = ids;
    await store(run);
    const before = await stat(journal.path(run));
    assert.equal((await journal.list()).runs[0]?.processes.peak, 2);
    const text = await readFile(journal.path(run), 'utf8');
    // Times of files go in steps: until the step after that of the first writing.
    for (let touched = before.ctimeMs; touched === before.ctimeMs; touched = (await stat(journal.path(run))).ctimeMs) {
      await writeFile(journal.path(run), text.replace('"processes":2', '"processes":7'));
      await utimes(journal.path(run), before.atime, before.mtime);
    }
    assert.equal((await journal.list()).runs[0]?.processes.peak, 7);
  });

  it('keeps nothing of a file that was changed a moment ago, for it may change again without a new time', async () => {
    await store(ids[0] ?? '');
    await new Journal(state, ownFiles, { wallMilliseconds: () => Date.now() }).list();
    assert.equal(await readFile(index, 'utf8'), '');
  });

  it('keeps nothing of a run that goes on, and what a killed recorder wrote', async () => {
    await store(ids[0] ?? '', { end: 'going on' });
    await store(ids[1] ?? '', { end: 'killed' });
    const { runs } = await journal.list();
    assert.deepEqual(
      runs.map(({ status }) => status),
      ['running', 'interrupted'],
    );
    const { journal: second, read } = watched();
    assert.deepEqual((await second.list()).runs, runs);
    assert.deepEqual(read, [journal.path(ids[0] ?? '')]);
  });

  it('drops deleted runs', async () => {
    for (const run of ids) await store(run, { note: `secret of ${run}` });
    await journal.list();
    await journal.delete(ids[0] ?? '');
    await journal.list();
    const text = await readFile(index, 'utf8');
    assert.ok(!text.includes(`secret of ${ids[0]}`));
    const { journal: second, read } = watched();
    assert.equal((await second.list()).runs.length, ids.length - 1);
    assert.deepEqual(read, []);
  });

  it('reads the runs from their files where no index can be written, and leaves nothing behind', async () => {
    for (const run of ids) await store(run);
    const full = (): Promise<never> => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    const files = { ...ownFiles, append: full, write: full, open: full };
    assert.equal((await new Journal(state, files, later).list()).runs.length, ids.length);
    assert.equal(await new Journal(state, files, later).hasRunIn('/work/two'), false);
    assert.deepEqual((await readdir(state)).sort(), ['runs', 'runs-index-6']);
  });

  it('has another number when records are made in another way', async () => {
    const unknown = { run: { cpu: 1 }, machine: { cpu: 1 } };
    const gap = { component: 'cpu', reason: 'a gap', seconds: 1, atMostJoules: 50 } as const;
    const { run, machine } = intervalOf({ at: 2000, joules: 20 });
    const usage = { at: 1000, seconds: 1, wattHours: 0.1 };
    const lines: JournalLine[] = [
      {
        type: 'start',
        version: 1,
        ...headerOf({
          id: 'golden',
          pue: 1.2,
          pueLimits: { low: 1.1, high: 1.4 },
          intensity: {
            gramsPerKWh: 300,
            low: 200,
            high: 400,
            zone: 'DE',
            year: 2024,
            source: 'a table',
            basis: 'lifecycle',
            chosenBy: 'person',
          },
          sources: [
            { component: 'cpu', method: 'model', name: 'cpu-model', label: 'CPU', band: { low: 0.5, high: 2 } },
            { component: 'gpu', method: 'model', name: 'gpu-model', label: 'GPU', band: { low: 0.5, high: 2 } },
          ],
        }),
      },
      { type: 'sample', ...intervalOf({ at: 1000, joules: 3600 }) },
      {
        type: 'sample',
        at: 2000,
        seconds: 1,
        run: { ...run, gpu: null },
        machine: { ...machine, gpu: null },
        processes: 5,
        gaps: [gap, { ...gap, atMostJoules: null }, { ...gap, component: null, scope: 'run', until: 1700 }],
        unknownSeconds: unknown,
      },
      { type: 'fill', at: 2000, seconds: 1, run, wasUnknown: true, gaps: [gap], unknownSeconds: { gpu: 1 } },
      { type: 'update', name: 'renamed.py', children: ['inner'], ancestors: ['outer'], results: { accuracy: 0.9 } },
      {
        type: 'progress',
        mark: { ...usage, unit: 'epoch', epoch: 3, of: 9, metrics: { val_loss: 0.5 }, fit: 2 },
        best: { ...usage, metric: 'val_loss', value: 0.4, epoch: 2, evaluationsSince: 1, lastEvaluation: 3 },
      },
      { type: 'end', at: 2000, exitCode: 3, meterCpuSeconds: 0.25 },
    ];
    await writeFile(journal.path('golden'), lines.map(formatLine).join(''));
    const record = (await journal.read('golden'))?.record;
    assert.ok(record !== undefined && index.endsWith('runs-index-6'));
    // If this fails, records are made in another way: give indexName in src/runs/journal/journal.ts the next number.
    assert.equal(createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 16), 'bc8b2d4877b77076');
    assert.deepEqual(listedRun(record), {
      id: 'golden',
      name: 'renamed.py',
      status: 'completed',
      exitCode: 3,
      stoppedBy: null,
      durationSeconds: record.durationSeconds,
      watts: record.averageWatts,
      wattHours: record.energyWh.total,
      low: record.energyWh.low,
      high: record.energyWh.high,
      grams: record.emissionsGrams,
      isModelled: true,
    });
  });

  it('keeps the records of most runs in one line', async () => {
    for (const run of ids) await store(run);
    await journal.list();
    const lines = (await readFile(index, 'utf8')).split('\n').filter((line) => line !== '');
    assert.equal(lines.filter((line) => line.slice(9, 10) === '+').length, ids.length);
    assert.ok(lines.length < 2 * ids.length + 8, lines.join('\n'));
  });

  it('takes nothing from a line in which one byte has changed', async () => {
    for (const run of ids.slice(0, 2)) await store(run, { end: 'killed' });
    const expected = await journal.list();
    const good = await readFile(index);
    for (let at = 0; at < good.length; at += 5) {
      const bytes = Buffer.from(good);
      // 2 becomes 3, and a letter another one.
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(index, bytes);
      assert.deepEqual(await journal.list(), expected, `byte ${at} of ${good.toString()}`);
      await writeFile(index, bytes);
      assert.deepEqual(
        (await listedIn(journal)).runs,
        expected.runs.map(listedRun),
        `byte ${at} of ${good.toString()}`,
      );
    }
  });

  it('reads the index once for a folder without runs, and lists no runs for a folder where one was found', async () => {
    for (const run of ids) await store(run, { folder: '/work/two' });
    await journal.list();
    let reads = 0;
    let lists = 0;
    const files: OwnFiles = {
      ...ownFiles,
      async openToRead(path) {
        const file = await ownFiles.openToRead(path);
        return { ...file, read: (into, position) => ((reads += 1), file.read(into, position)) };
      },
      list: (folder) => ((lists += 1), ownFiles.list(folder)),
    };
    const search = (folder: string): Promise<boolean> => new Journal(state, files, later).hasRunIn(folder);
    assert.equal(await search('/work/one'), false);
    // The content, and its end.
    assert.equal(reads, 2);
    assert.equal(await search('/work/two'), true);
    await store('20260301T000000Z-00000f', { folder: '/work/one' });
    assert.equal(await search('/work/one'), true);
    lists = 0;
    assert.equal(await search('/work/one'), true);
    assert.equal(lists, 0);
  });

  it('answers from the list of folders until the journal changes', async () => {
    for (const run of ids) await store(run, { folder: '/work/two' });
    assert.equal(await journal.hasRunIn('/work/one'), false);
    const { journal: second, read } = watched();
    assert.equal(await second.hasRunIn('/work/one'), false);
    assert.equal(await second.hasRunIn('/work'), true);
    assert.deepEqual(read, [join(state, 'runs-folders-1.json'), join(state, 'runs-folders-1.json')]);
    await journal.delete(ids[0] ?? '');
    await store(ids[0] ?? '', { folder: '/work/one/deep' });
    assert.equal(await second.hasRunIn('/work/one'), true);
  });

  it('finds the one run of a folder among many others', async () => {
    for (let run = 0; run < 60; run += 1)
      await store(`20260101T0000${String(run).padStart(2, '0')}Z-00000a`, {
        folder: run === 7 ? '/work/one' : '/work/two',
      });
    for (let round = 0; round < 2; round += 1) {
      assert.equal(await journal.hasRunIn('/work/one'), true);
      assert.equal(await journal.hasRunIn('/work/three'), false);
    }
    await journal.delete('20260101T000007Z-00000a');
    await changed('');
    assert.equal(await journal.hasRunIn('/work/one'), false);
  });
});
