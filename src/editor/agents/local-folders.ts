import { workspace } from 'vscode';

/** The paths of the open folders that are on this computer: the tools read no others. */
export const localFolders = (): readonly string[] =>
  (workspace.workspaceFolders ?? []).flatMap(({ uri }) => (uri.scheme === 'file' ? [uri.fsPath] : []));
