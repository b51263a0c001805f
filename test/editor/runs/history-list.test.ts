import assert from 'node:assert/strict';
import { listRuns } from '../../../src/editor/runs/history-list';
import { newRunId } from '../../../src/runs/header';
import type { RunRecord } from '../../../src/runs/record';
import { recordOf } from './support';

const project = '/work/project';

/** A journal of one run an hour, of which each tenth belongs to the project. */
function journalOf(runs: number) {
  const start = new Date(2026, 0, 1, 0, 30).getTime();
  const records = Array.from({ length: runs }, (_, index): RunRecord => {
    const id = newRunId(start + index * 3_600_000);
    return { ...recordOf({}, 'completed'), id, folder: index % 10 === 0 ? `${project}/src` : '/work/other' };
  });
  const byId = new Map(records.map((record) => [record.id, record]));
  const read: string[] = [];
  return {
    records,
    read,
    reader: {
      ids: () => Promise.resolve(records.map(({ id }) => id)),
      read: (ids: readonly string[]) => {
        read.push(...ids);
        return Promise.resolve({ records: ids.flatMap((id) => byId.get(id) ?? []), problems: [] });
      },
    },
  };
}

describe('the runs of the history', () => {
  it('are the newest, in whole days, so that many old ones cost nothing', async () => {
    const { reader, records, read } = journalOf(5000);
    const { records: shown, older } = await listRuns(reader, null, false);
    assert.ok(shown.length >= 500 && shown.length < 524, String(shown.length));
    assert.equal(read.length, shown.length);
    assert.equal(older, records.length - shown.length);
    assert.equal(
      new Date(shown[0]?.id.replace(/^(....)(..)(..)T(..)(..)(..)Z.*/, '$1-$2-$3T$4:$5:$6Z') ?? '').getHours(),
      0,
    );
    assert.deepEqual(shown.at(-1), records.at(-1));
    assert.equal((await listRuns(reader, null, true)).records.length, records.length);
  });

  it('are those of the open folders, for which it reads on as long as they are few', async () => {
    const { reader, read, records } = journalOf(1000);
    const { records: shown, older, elsewhere } = await listRuns(reader, ['/elsewhere', project], false);
    assert.deepEqual(
      shown,
      records.filter((_, index) => index % 10 === 0),
    );
    assert.deepEqual([older, elsewhere], [0, 900]);
    assert.equal(new Set(read).size, read.length, 'each once');
  });

  it('are few in a short journal, and none in an empty one', async () => {
    assert.equal((await listRuns(journalOf(7).reader, null, false)).records.length, 7);
    assert.deepEqual(await listRuns(journalOf(0).reader, [project], false), {
      records: [],
      problems: [],
      older: 0,
      elsewhere: 0,
    });
  });
});
