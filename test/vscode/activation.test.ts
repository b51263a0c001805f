import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { editorCommands, hiddenCommands } from '../../src/editor/contributions/commands';

interface Manifest {
  readonly activationEvents?: readonly string[];
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

/** What the manifest of any extension may have. */
interface OtherManifest {
  readonly contributes?: Partial<Manifest['contributes']>;
}

function greenMl(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('green-ml.green-ml');
  assert.ok(extension, 'the extension is not installed');
  return extension;
}

describe('activation', () => {
  it('activates only when there is something to do', () => {
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

  it('registers the commands behind links, and links to commands of the editor that exist', async () => {
    await greenMl().activate();
    const registered = await vscode.commands.getCommands(true);
    // The editor's own extensions register theirs when they are first needed.
    const declared = vscode.extensions.all.flatMap((extension) =>
      ((extension.packageJSON as OtherManifest).contributes?.commands ?? []).map(({ command }) => command),
    );
    const known = new Set([...registered, ...declared]);
    for (const { id } of Object.values(hiddenCommands)) assert.ok(registered.includes(id), id);
    for (const { id } of Object.values(editorCommands)) assert.ok(known.has(id), id);
  });
});
