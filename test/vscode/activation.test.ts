import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly activationEvents?: readonly string[];
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function greenMl(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('green-ml.green-ml');
  assert.ok(extension, 'the extension is not installed');
  return extension;
}

describe('activation', () => {
  it('asks to be active only when there is something to do', () => {
    const { activationEvents = [] } = greenMl().packageJSON as Manifest;
    assert.deepEqual(
      activationEvents.filter((event) => event === '*'),
      [],
    );
  });

  it('succeeds', async () => {
    await greenMl().activate();
    assert.equal(greenMl().isActive, true);
  });

  it('registers every command that package.json lists', async () => {
    await greenMl().activate();
    const { contributes } = greenMl().packageJSON as Manifest;
    const registered = new Set(await vscode.commands.getCommands(true));
    for (const { command } of contributes.commands) assert.ok(registered.has(command), command);
  });
});
