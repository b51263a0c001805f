import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbench, type WorkbenchOptions } from '../test/ui/workbench';
import { writeFindings, writeProject } from './python-project';
import { median, printLoad } from './support';

const files = 3000;
const largestFile = 5000;
/** VS Code shows no more. */
const mostOfAFile = 1000;
/** `GREEN_ML_BENCH_LONG=1` makes 51,000 findings of 15,000. */
const otherFindings = { files: process.env['GREEN_ML_BENCH_LONG'] === '1' ? 92 : 20, each: 500 };

/** An editor does much in its first seconds. */
const settleMilliseconds = 15_000;

/** What the extension costs the thread that all extensions share: while it lints a workspace, and while it has nothing to do. */
export async function run(): Promise<void> {
  printLoad();
  const folder = await mkdtemp(join(tmpdir(), 'green-ml-bench-editor-'));
  try {
    const [project, large] = [join(folder, 'project'), join(folder, 'large')];
    await writeProject(project, files);
    await mkdir(large);
    await writeFindings(join(large, 'largest.py'), largestFile);
    for (let index = 0; index < otherFindings.files; index += 1)
      await writeFindings(join(large, `file_${index}.py`), otherFindings.each);
    await lintWorkspace(`${files} files`, project, files / 50, folder);
    const others = otherFindings.files * otherFindings.each;
    await lintWorkspace(`${largestFile + others} findings`, large, others + mostOfAFile, folder);
    // At the same time, so that both have the same machine.
    await Promise.all([true, false].map((bare) => rest(bare, folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the fixture `host-probe-extension` writes. */
interface Linted {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly longestHoldMilliseconds: number;
  readonly problems: number;
  /** Folders that the window has open. */
  readonly folders: number;
}

interface Rested {
  readonly rests: readonly Rest[];
  /** Timers that the extension started and that have run; tells whether the fixture sees them. */
  readonly timersRunSinceStart: number;
}

interface Rest {
  /** The same in this time. */
  readonly timersRun: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Null where it cannot be told. */
  readonly wakeUps: number | null;
}

/** Twice in one window, so that the second time all results are in the cache. */
async function lintWorkspace(title: string, workspace: string, expected: number, folder: string): Promise<void> {
  await withProbe({ workspace }, folder, async (_workbench, probe) => {
    for (const state of ['cold', 'from the cache']) {
      const { seconds, processorSeconds, longestHoldMilliseconds, problems, folders } =
        await probe<Linted>('Lint Workspace');
      if (problems !== expected)
        throw new Error(`${problems} problems of ${expected} are shown in a window with ${folders} folders`);
      console.log(
        `Lint Workspace, ${title}, ${state}: ${seconds.toFixed(2)} s, ${processorSeconds.toFixed(2)} s of processor time, longest hold of the extensions' thread ${longestHoldMilliseconds.toFixed(0)} ms; ${problems} problems shown`,
      );
    }
  });
}

/** @param bare without the extension */
async function rest(bare: boolean, folder: string): Promise<void> {
  await withProbe({ bare }, folder, async (workbench, probe) => {
    await workbench.openFile('train.py');
    await workbench.page.waitForTimeout(settleMilliseconds);
    const { rests, timersRunSinceStart } = await probe<Rested>('Rest');
    const list = (value: (each: Rest) => number): string => {
      const values = rests.map(value);
      return `${values.map((each) => each.toFixed(1)).join(', ')} (median ${median(values).toFixed(1)})`;
    };
    console.log(
      `extension host at rest ${bare ? 'without' : 'with'} Green ML: processor time in ms per second ${list(({ processorSeconds, seconds }) => (processorSeconds / seconds) * 1000)}; wake-ups a second ${list(({ wakeUps, seconds }) => (wakeUps ?? NaN) / seconds)}; timers of Green ML ${list(({ timersRun }) => timersRun)}, ${timersRunSinceStart} since its start`,
    );
  });
}

async function withProbe(
  options: WorkbenchOptions,
  folder: string,
  work: (workbench: Workbench, probe: <Result>(command: string) => Promise<Result>) => Promise<void>,
): Promise<void> {
  const result = join(await mkdtemp(join(folder, 'probe-')), 'result.json');
  const workbench = await Workbench.open({
    ...options,
    fixtures: ['host-probe-extension'],
    environment: { GREEN_ML_PROBE: result },
  });
  try {
    await work(workbench, async <Result>(command: string) => {
      await rm(result, { force: true });
      await workbench.runCommand(`Host Probe: ${command}`);
      for (;;) {
        const text = await readFile(result, 'utf8').catch(() => null);
        if (text !== null) return JSON.parse(text) as Result;
        await workbench.page.waitForTimeout(100);
      }
    });
  } finally {
    await workbench.close();
  }
}
