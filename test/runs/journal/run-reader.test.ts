import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../../src/runs/journal/journal';
import { runsOfProject } from '../../../src/runs/project-runs';
import type { RunRecord } from '../../../src/runs/record';
import { RunReader } from '../../../src/runs/journal/run-reader';
import { headerOf, intervalOf } from '../support';

describe('runs/run-reader', () => {
  let folder: string;
  let journal: Journal;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-reader-'));
    journal = new Journal(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function store(id: string, hasEnded = true, where: string | null = null): Promise<void> {
    const writer = await journal.begin(id);
    await writer.append({ type: 'start', version: 1, ...headerOf({ id, folder: where }) });
    await writer.append({ type: 'sample', ...intervalOf({ at: 1000, joules: 3600 }) });
    if (hasEnded) await writer.end({ type: 'end', at: 1000, exitCode: 0, meterCpuSeconds: 0 });
    else await writer.close();
  }

  const ids = (records: readonly RunRecord[]): string[] => records.map(({ id }) => id);

  it('reads the file of an ended run once, and that of a running one each time', async () => {
    await store('20260101T000000Z-00000a');
    await store('20260101T000001Z-00000b', false);
    const reader = new RunReader(journal);
    assert.deepEqual(ids(await reader.newest()), ['20260101T000000Z-00000a', '20260101T000001Z-00000b']);
    await writeFile(journal.path('20260101T000000Z-00000a'), 'garbage\n');
    await writeFile(journal.path('20260101T000001Z-00000b'), 'garbage\n');
    assert.deepEqual(ids(await reader.newest()), ['20260101T000000Z-00000a']);
    assert.equal((await reader.read(await reader.ids())).problems.length, 1);
    await reader.delete('20260101T000000Z-00000a');
    assert.deepEqual(await reader.newest(), []);
  });

  it('takes the record of a run that is measured here from its meter, before it is in the journal', async () => {
    await store('20260101T000000Z-00000a');
    const [stored] = await new RunReader(journal).newest();
    assert.ok(stored !== undefined);
    const measured = { ...stored, id: '20260102T000000Z-00000b', status: 'running' as const };
    const reader = new RunReader(journal, () => [{ id: measured.id, record: () => measured }]);
    assert.deepEqual(await reader.newest(1), [measured]);
    assert.equal((await reader.newest()).length, 2);
  });

  it('has no runs where there is no journal', async () => {
    const reader = new RunReader(null);
    assert.deepEqual([reader.folder, await reader.newest()], [null, []]);
  });

  it('counts runs below the folders of a project to the project, and those of no folder to none', async () => {
    await store('20260101T000000Z-00000a', true, '/work/project');
    await store('20260101T000001Z-00000b', true, '/work/project/src/deep');
    await store('20260101T000002Z-00000c', true, '/work/project-2');
    await store('20260101T000003Z-00000d', true, '/work');
    await store('20260101T000004Z-00000e');
    const runs = await new RunReader(journal).newest();
    assert.deepEqual(
      ids(runsOfProject(runs, '/work/project')).map((id) => id.slice(-1)),
      ['a', 'b'],
    );
    assert.deepEqual(
      ids(runsOfProject(runs, '/work/project-2', '/work/project/src')).map((id) => id.slice(-1)),
      ['b', 'c'],
    );
  });
});
