import { FileType, workspace, type CancellationToken, type Uri } from 'vscode';
import { posix } from 'node:path';
import { FileFinder } from '../../lint/files/files';
import { mostSourceBytes, type FolderEntry, type ProjectFiles } from '../../system/source-files';
import { readWorkspaceFile } from '../workspace-file';

/**
 * The files to lint under a folder, as `green-ml lint` finds them: without what `.gitignore` leaves out
 * and without environments. Asks the editor's file system, so that it works wherever the folder lies.
 */
export async function sourceFilesUnder(folder: Uri, token: CancellationToken): Promise<readonly Uri[]> {
  const { files } = await new FileFinder(new EditorFiles(folder, token), folder.path, posix).find(['.']);
  return files.map(({ path }) => folder.with({ path }));
}

/** Files by the paths of their addresses. */
class EditorFiles implements ProjectFiles {
  constructor(
    private readonly root: Uri,
    private readonly token: CancellationToken,
  ) {}

  async readBytes(path: string, limitBytes = mostSourceBytes): Promise<Uint8Array> {
    return readWorkspaceFile(this.at(path), limitBytes);
  }

  async entries(folder: string): Promise<readonly FolderEntry[]> {
    const entries = await workspace.fs.readDirectory(this.at(folder));
    return entries.map(([name, type]) => ({ name, kind: type & FileType.SymbolicLink ? 'link' : entryKind(type) }));
  }

  async look(path: string): Promise<{ readonly kind: 'file' | 'folder' | 'other'; readonly bytes: number }> {
    const { type, size } = await workspace.fs.stat(this.at(path));
    return { kind: entryKind(type), bytes: size };
  }

  private at(path: string): Uri {
    // The walk ends at its next question.
    if (this.token.isCancellationRequested) throw new Error('It was cancelled.');
    return this.root.with({ path });
  }
}

const entryKind = (type: FileType): 'file' | 'folder' | 'other' =>
  type & FileType.File ? 'file' : type & FileType.Directory ? 'folder' : 'other';
