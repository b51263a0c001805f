import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SourceFiles } from '../../system/source-files';

/**
 * Identifies the build, because other builds may give other results; null if it cannot be read. The command line's code
 * names the pieces that it is made of by hashes of their content, so it stands for all of them, in the editor too.
 */
export async function buildOf(
  productFolder: string,
  files: Pick<SourceFiles, 'readBytes' | 'stateNow'>,
): Promise<string | null> {
  const code = await files.readBytes(join(productFolder, 'cli.js')).catch(() => null);
  if (code === null) return null;
  const grammar = files.stateNow(join(productFolder, 'tree-sitter-python.wasm'))?.bytes ?? 0;
  return createHash('sha256').update(code).update(String(grammar)).digest('base64url');
}
