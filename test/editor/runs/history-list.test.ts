import assert from 'node:assert/strict';
import { HistoryList, type ListedRuns } from '../../../src/editor/runs/history-list';
import { newRunId } from '../../../src/runs/header';
import type { RunRecord } from '../../../src/runs/record';
import { recordOf } from './support';

const project = '/work/project';

type Reader = ReturnType<typeof journalOf>['reader'];

/** The list of a view that is looked at, what it was told of, and its clock: each part takes as long as `secondsOfPart`. */
function listOf(reader: Reader, folders: readonly string[] | null, all = false, secondsOfPart = 1) {
  let seconds = 0;
  const told: ListedRuns[] = [];
  const view = { isVisible: true, startedHere: '' };
  const list = new HistoryList(
    {
      reader: {
        ids: () => reader.ids(),
        read: (ids) => {
          seconds += secondsOfPart;
          return reader.read(ids);
        },
      },
      clock: { monotonicSeconds: () => seconds },
      isVisible: () => view.isVisible,
      isOfWindow: (id) => id === view.startedHere,
      onRead: (listed) => void told.push(listed),
    },
    () => ({ folders, all }),
  );
  return { list, told, view };
}

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
    const { records: shown, older, unread } = await listOf(reader, null).list.first();
    assert.ok(shown.length >= 500 && shown.length < 524, String(shown.length));
    assert.equal(read.length, shown.length);
    assert.deepEqual([older, unread], [records.length - shown.length, 0]);
    assert.equal(
      new Date(shown[0]?.id.replace(/^(....)(..)(..)T(..)(..)(..)Z.*/, '$1-$2-$3T$4:$5:$6Z') ?? '').getHours(),
      0,
    );
    assert.deepEqual(shown.at(-1), records.at(-1));
  });

  it('come at once where too few of them are of the open folders, and the others while they are shown', async () => {
    const { reader, read, records } = journalOf(1500);
    const { list, told } = listOf(reader, ['/elsewhere', project]);
    const first = await list.first();
    assert.ok(first.records.length > 0 && first.records.length < 60, String(first.records.length));
    assert.equal(first.records.length + first.elsewhere + first.unread, records.length);
    assert.ok(new Set(read).size < 524, 'only the newest were read');
    let rows = 0;
    await list.readOn(() => (rows += 1));
    const { records: shown, older, unread, elsewhere } = await list.first();
    assert.deepEqual(
      shown,
      records.filter((_, index) => index % 10 === 0),
    );
    assert.deepEqual([older, unread, elsewhere], [0, 0, 1350]);
    const counts = told.map((each) => each.unread);
    assert.ok(
      counts.every((count, index) => index === 0 || count <= (counts[index - 1] ?? 0)),
      counts.join(),
    );
    assert.ok(rows > 0, 'older rows are added before all are read');
  });

  it('are read no further than enough of them', async () => {
    const { reader, read, records } = journalOf(5000);
    const { list } = listOf(reader, [project]);
    assert.ok((await list.first()).unread > 4000);
    await list.readOn(() => undefined);
    const { records: shown, older, unread } = await list.first();
    assert.ok(shown.length >= 200 && shown.length < 260, String(shown.length));
    assert.equal(unread, 0);
    assert.equal(older, records.length - new Set(read).size);
  });

  it('are read in larger parts where that is quick, and all of them if asked', async () => {
    const { reader, records } = journalOf(5000);
    const [quick, slow] = [listOf(reader, null, true, 0.01), listOf(reader, null, true)];
    for (const { list } of [quick, slow]) {
      await list.readOn(() => undefined);
      assert.equal((await list.first()).records.length, records.length);
    }
    assert.ok(quick.told.length < slow.told.length, `${quick.told.length} and ${slow.told.length}`);
  });

  it('are looked for in older parts while none is of the open folders, as long as somebody looks', async () => {
    const { reader, records } = journalOf(1500);
    const nothing = listOf(reader, ['/nowhere']);
    assert.deepEqual(
      [await nothing.list.first()].map(({ records: shown, unread, elsewhere }) => [shown.length, unread, elsewhere]),
      [[0, 0, records.length]],
    );
    const hidden = listOf(reader, ['/nowhere']);
    hidden.view.isVisible = false;
    assert.ok((await hidden.list.first()).unread > 900);
    await hidden.list.readOn(() => undefined);
    assert.ok((await hidden.list.first()).unread > 900, 'nobody looks');
  });

  it('hold the example that was started in this window, which has no folder', async () => {
    const { reader, records } = journalOf(20);
    const [other, example] = records.slice(-2).map((record) => Object.assign(record, { folder: null }));
    const { list, view } = listOf(reader, [project]);
    assert.deepEqual(
      (await list.first()).records.map(({ id }) => id),
      records
        .slice(0, 11)
        .filter((_, index) => index % 10 === 0)
        .map(({ id }) => id),
    );
    view.startedHere = example?.id ?? '';
    assert.equal((await list.first()).records.at(-1), example);
    assert.ok(!(await list.first()).records.some((record) => record === other));
  });

  it('are few in a short journal, and none in an empty one', async () => {
    assert.equal((await listOf(journalOf(7).reader, null).list.first()).records.length, 7);
    assert.deepEqual(await listOf(journalOf(0).reader, [project]).list.first(), {
      records: [],
      problems: [],
      older: 0,
      unread: 0,
      elsewhere: 0,
    });
  });
});
