import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldShort, groupByDay } from '../src/editor/runs/history-groups';
import { HistoryList } from '../src/editor/runs/history-list';
import { energyChange } from '../src/runs/compare/energy-change';
import { Journal } from '../src/runs/journal/journal';
import { systemClock } from '../src/system/clock';
import { RunReader } from '../src/runs/journal/run-reader';
import { shownSum, summarise } from '../src/runs/summary';
import { writeJournal } from './journals';
import { printLoad } from './support';

const sizes = [100, 10_000];
const project = '/work/project';

/** What the history costs the extensions' thread, by the number of recorded runs: what it reads, and what it says of it. */
export async function run(): Promise<void> {
  printLoad();
  for (const runs of sizes) {
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-bench-history-'));
    try {
      writeJournal(folder, { runs, samples: 15, folders: [project, '/other/project'] });
      await new Journal(folder).list();
      for (const [what, folders, all] of [
        ['the open folder', [project], false],
        ['a folder without runs', ['/nowhere'], false],
        ['all folders', null, false],
        ['all folders, older ones too', null, true],
      ] as const) {
        const reader = new RunReader(new Journal(folder));
        const opened = await timed(() => open(reader, folders, all));
        const again = await timed(() => open(reader, folders, all));
        console.log(`${runs} runs, ${what}: ${opened.text}; again ${again.text}; ${opened.result} rows and headings`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** What the view does when it opens, and when the newest day is expanded. */
async function open(reader: RunReader, folders: readonly string[] | null, all: boolean): Promise<number> {
  const list = new HistoryList(
    { reader, clock: systemClock, isVisible: () => true, isOfWindow: () => false, onRead: () => undefined },
    () => ({
      folders,
      all,
    }),
  );
  if ((await list.first()).unread > 0) await list.readOn(() => undefined);
  const { records } = await list.first();
  const groups = groupByDay(records, new Date());
  const headings = groups.map((group) => shownSum(summarise(group.records)).value);
  const shown = groups.slice(0, 1).flatMap((group) => foldShort(group.records, null).shown);
  for (const record of shown) energyChange(record, records);
  return headings.length + shown.length;
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly text: string }> {
  const before = process.cpuUsage();
  const began = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return {
    result,
    text: `${(performance.now() - began).toFixed(0)} ms (${((user + system) / 1000).toFixed(0)} ms of processor time)`,
  };
}
