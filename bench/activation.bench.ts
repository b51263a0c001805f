import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Workbench } from '../test/ui/workbench';
import { median } from './support';

const rounds = 8;

/** What activation costs, as the real editor itself tells it: "Developer: Show Running Extensions". */
export async function run(): Promise<void> {
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
  console.log(`first activation of Green ML, which compiles its code: ${first} ms`);
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
