import { workspace } from 'vscode';

/** The paths of the open folders; none in an empty window. */
export const openFolderPaths = (): readonly string[] => (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
