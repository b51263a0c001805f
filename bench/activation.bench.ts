import { Workbench } from '../test/ui/workbench';
import { median } from './support';

/** What activation costs, as the real editor itself tells it: "Developer: Show Running Extensions". */
export async function run(): Promise<void> {
  const rounds = 5;
  const own: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const workbench = await Workbench.open();
    try {
      // The list shows only the rows that have room, the slowest extensions first.
      await workbench.page.setViewportSize({ width: 1280, height: 3000 });
      await workbench.openFile('train.py');
      await workbench.runCommand('Developer: Show Running Extensions');
      const rows = workbench.page.locator('.runtime-extensions-editor .monaco-list-row');
      await rows.filter({ hasText: 'green-ml' }).first().waitFor();
      // The row's time fills in once the extension has been activated.
      await rows.filter({ hasText: /green-ml.*Activation: \d+ms/ }).waitFor();
      for (const text of await rows.allTextContents()) {
        const milliseconds = Number(/(?:Activation|Startup Activation): (\d+)ms/.exec(text)?.[1]);
        if (Number.isNaN(milliseconds)) continue;
        (text.includes('green-ml') ? own : others).push(milliseconds);
      }
    } finally {
      await workbench.close();
    }
  }
  console.log(`activation of Green ML: ${own.join(', ')} ms (median ${median(own)} ms)`);
  console.log(
    `activation of the extensions built into VS Code, same windows: median ${median(others)} ms, longest ${Math.max(...others)} ms`,
  );
}
