import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { stubOfVSCode } from '../test/support/vscode-stub';
import { Workbench } from '../test/ui/workbench';
import { builds, median, printLoad, spread } from './support';

const rounds = 2;
const roundsAlone = 11;

/** What activation costs: the extension's own part of it, and the time that the real editor tells. */
export async function run(): Promise<void> {
  printLoad();
  alone();
  await inTheEditor();
}

/** Prints the processor time of loading and activating each build with a stub of VS Code, in a process of its own. */
function alone(): void {
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-bench-activation-'));
  try {
    const script = join(folder, 'activate.cjs');
    writeFileSync(
      script,
      `${stubOfVSCode}
const before = process.cpuUsage();
require(process.argv[2]).activate(anything);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
process.exit();
`,
    );
    const activate = (build: string): number => {
      const env = { ...process.env, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder };
      const file = resolve(build, 'extension.js');
      const { stdout, stderr, status } = spawnSync(process.execPath, [script, file], { env, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return Number(stdout);
    };
    // The first start writes compiled code, which the others read.
    for (const build of builds()) activate(build);
    const turns = Array.from({ length: roundsAlone }, () => builds().map(activate));
    for (const [index, build] of builds().entries()) {
      const old =
        index === 0
          ? ''
          : `; ${spread(turns.map((turn) => (turn[index] ?? NaN) / (turn[0] ?? NaN)))} times ${builds()[0]}`;
      const own = turns.map((turn) => turn[index] ?? NaN);
      console.log(`the extension alone, ${build}: ${spread(own)} ms of processor time${old}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints what the real editor tells: "Developer: Show Running Extensions". */
async function inTheEditor(): Promise<void> {
  const own: number[] = [];
  const others: number[] = [];
  const workbench = await Workbench.open();
  try {
    // The list shows only the rows that have room, the slowest extensions first.
    await workbench.page.setViewportSize({ width: 1280, height: 3000 });
    await workbench.openFile('train.py');
    for (let round = 0; round < rounds; round += 1) {
      const rows = await runningExtensions(workbench);
      for (const text of rows) {
        const milliseconds = Number(/(?:Activation|Startup Activation): (\d+)ms/.exec(text)?.[1]);
        if (!Number.isNaN(milliseconds)) (text.includes('green-ml') ? own : others).push(milliseconds);
      }
      await codeIsKept(workbench);
      // A new window has a new extension host. It opens the file and the list again.
      await workbench.page.reload();
      await workbench.page.locator('[id="status.host"]').waitFor();
    }
  } finally {
    await workbench.close();
  }
  const [first = NaN, ...later] = own;
  console.log(`in the editor: first activation of Green ML, which compiles its code: ${first} ms`);
  console.log(`later ones: ${later.join(', ')} ms (median ${median(later)} ms, shortest ${Math.min(...later)} ms)`);
  console.log(
    `activation of the extensions built into VS Code, same windows: median ${median(others)} ms, longest ${Math.max(...others)} ms`,
  );
}

async function runningExtensions(workbench: Workbench): Promise<readonly string[]> {
  await workbench.runCommand('Developer: Show Running Extensions');
  const rows = workbench.page.locator('.runtime-extensions-editor .monaco-list-row');
  // The row's time fills in once the extension has been activated.
  await rows.filter({ hasText: /green-ml.*Activation: \d+ms/ }).waitFor();
  return rows.allTextContents();
}

/** Waits until the extension has written what V8 compiled, for the next start. */
async function codeIsKept(workbench: Workbench): Promise<void> {
  const home = join(dirname(workbench.folder), 'profile', 'home');
  for (;;) {
    const files = await readdir(home, { recursive: true }).catch(() => []);
    if (files.some((file) => /[\\/]code[\\/][^\\/]+$/.test(file))) return;
    await workbench.page.waitForTimeout(100);
  }
}
