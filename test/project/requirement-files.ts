import type { RequirementFiles } from '../../src/project/requirements';

/** Files in memory, by their paths below a folder. */
export const filesOf = (
  files: Readonly<Record<string, string | Uint8Array>>,
  root: string,
): RequirementFiles & { readonly reads: string[] } => {
  const reads: string[] = [];
  const at = (path: string): string | Uint8Array | undefined => files[path.slice(root.length + 1)];
  return {
    reads,
    read(path, limitBytes) {
      const found = at(path);
      if (found === undefined) return Promise.resolve(null);
      reads.push(path);
      const bytes = Buffer.from(found as string);
      return Promise.resolve(bytes.length > limitBytes ? null : bytes);
    },
    exists: (path) => Promise.resolve(at(path) !== undefined),
  };
};
