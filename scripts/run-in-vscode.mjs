// @ts-check
// Runs the tests in out/test/vscode in the extension host of an editor: run-in-vscode.mjs EDITOR FOLDER PROFILE
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { profileFolders } from './editor-profile.mjs';
import { main, Problem, root } from './progress.mjs';

await main(async () => {
  const [vscodeExecutablePath, workspace, profile] = process.argv.slice(2);
  if (vscodeExecutablePath === undefined || workspace === undefined || profile === undefined) {
    throw new Problem('Usage: run-in-vscode.mjs EDITOR FOLDER PROFILE');
  }
  const { userData, extensions } = profileFolders(profile);
  process.exitCode = await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'out', 'test', 'vscode', 'index.js'),
    launchArgs: [workspace, `--user-data-dir=${userData}`, `--extensions-dir=${extensions}`],
  }).catch((error) => (typeof error.code === 'number' ? error.code : 1));
});
