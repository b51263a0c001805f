import { FileType, workspace, type CancellationToken, type Uri } from 'vscode';
import { posix } from 'node:path';
import { FileFinder } from '../../lint/files/files';
import { mostSourceBytes, type FolderEntry, type ProjectFiles } from '../../system/source-files';
import { readWorkspaceFile } from '../workspace-file';

/**
 * The files to lint under a folder, the same as for `green-ml lint`: without files in `.gitignore` and without virtual
 * environments. Uses VS Code's file systems, so that it works for remote and virtual folders.
 */
export async function sourceFilesUnder(folder: Uri, token: CancellationToken): Promise<readonly Uri[]> {
  const { files } = await new FileFinder(new EditorFiles(folder, token), folder.path, posix).find(['.']);
  return files.map(({ path }) => folder.with({ path }));
}

/** Accesses files by the paths of their URIs. */
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

  async inspect(path: string): Promise<{ readonly kind: 'file' | 'folder' | 'other'; readonly bytes: number }> {
    const { type, size } = await workspace.fs.stat(this.at(path));
    return { kind: entryKind(type), bytes: size };
  }

  private at(path: string): Uri {
    // Ends the search.
    if (this.token.isCancellationRequested) throw new Error('Cancelled.');
    return this.root.with({ path });
  }
}

const entryKind = (type: FileType): 'file' | 'folder' | 'other' =>
  type & FileType.File ? 'file' : type & FileType.Directory ? 'folder' : 'other';
