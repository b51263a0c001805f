import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbench, type WorkbenchOptions } from '../test/ui/workbench';
import { writeFindings, writeProject } from './python-project';
import { printLoad } from './support';

const files = 3000;
const largestFile = 5000;
const otherFindings = { files: 20, each: 500 };

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
    await lintWorkspace(`${files} files`, project, folder);
    await lintWorkspace(`${largestFile + otherFindings.files * otherFindings.each} findings`, large, folder);
    for (const bare of [true, false]) await rest(bare, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As the fixture `host-probe-extension` writes it. */
interface Probed {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly longestHoldMilliseconds: number;
  readonly problems: number;
  readonly wakeUps: number | null;
}

/** Twice in one window, so that the second time all results are in the cache. */
async function lintWorkspace(title: string, workspace: string, folder: string): Promise<void> {
  await withProbe({ workspace }, folder, async (_workbench, probe) => {
    for (const state of ['cold', 'from the cache', 'from the cache again']) {
      const { seconds, processorSeconds, longestHoldMilliseconds, problems } = await probe('Lint Workspace');
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
    const { seconds, processorSeconds, wakeUps } = await probe('Rest');
    const perSecond = wakeUps === null ? 'unknown' : (wakeUps / seconds).toFixed(1);
    console.log(
      `extension host at rest ${bare ? 'without' : 'with'} Green ML: ${((processorSeconds / seconds) * 100).toFixed(2)} % of a core, ${perSecond} wake-ups a second`,
    );
  });
}

async function withProbe(
  options: WorkbenchOptions,
  folder: string,
  work: (workbench: Workbench, probe: (command: string) => Promise<Probed>) => Promise<void>,
): Promise<void> {
  const result = join(folder, 'probe.json');
  const workbench = await Workbench.open({
    ...options,
    fixtures: ['host-probe-extension'],
    environment: { GREEN_ML_PROBE: result },
  });
  try {
    await work(workbench, async (command) => {
      await rm(result, { force: true });
      await workbench.runCommand(`Host Probe: ${command}`);
      for (;;) {
        const text = await readFile(result, 'utf8').catch(() => null);
        if (text !== null) return JSON.parse(text) as Probed;
        await workbench.page.waitForTimeout(100);
      }
    });
  } finally {
    await workbench.close();
  }
}
