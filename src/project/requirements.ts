import type { PlatformPath } from 'node:path';
import {
  requirementOf,
  versionedPackages,
  type Requirements,
  type VersionedPackage,
} from '../lint/engine/requirements';

/** Where projects say which versions they use; a lock file is more exact than a list. */
export const requirementFileNames = ['uv.lock', 'poetry.lock', 'requirements.txt', 'pyproject.toml'] as const;

/** Returns the text of a file; null if there is none that can be read. */
type ReadText = (path: string) => Promise<string | null>;

/** What the files of one folder ask of the packages whose version matters; null if they ask nothing. */
export async function requirementsIn(
  folder: string,
  read: ReadText,
  paths: Pick<PlatformPath, 'join'>,
): Promise<Requirements | null> {
  const found = new Map<VersionedPackage, string>();
  for (const file of requirementFileNames) {
    const missing = versionedPackages.filter((name) => !found.has(name));
    const text = missing.length === 0 ? null : await read(paths.join(folder, file));
    for (const name of text === null ? [] : missing) {
      const requirement = file.endsWith('.lock') ? locked(text ?? '', name) : asked(text ?? '', name);
      if (requirement !== null) found.set(name, requirement);
    }
  }
  return found.size === 0 ? null : Object.fromEntries(found);
}

/** The version in a lock file of uv or Poetry: `[[package]]`, its name, its version. */
function locked(text: string, name: VersionedPackage): string | null {
  const at = text.indexOf(`\nname = "${name}"`);
  return at === -1 ? null : (/^\n[^\n]*\r?\nversion = "([^"\n]{1,40})"/.exec(text.slice(at, at + 200))?.[1] ?? null);
}

/** `transformers==4.41.2` in requirements.txt, the same in quotes in pyproject.toml, and `transformers = "^4.41"` of Poetry. */
function asked(text: string, name: VersionedPackage): string | null {
  for (const line of text.split('\n')) {
    if (!line.includes(name) || line.trimStart().startsWith('#')) continue;
    const found = requirementOf(line, name) ?? byPoetry(line, name);
    if (found !== null) return found;
  }
  return null;
}

function byPoetry(line: string, name: VersionedPackage): string | null {
  if (!line.trimStart().startsWith(name)) return null;
  const given = /^\s*[\w-]+\s*=\s*(?:\{[^}\n]{0,200}?\bversion\s*=\s*)?"([^"\n]{1,80})"/.exec(line);
  return given?.[1] ?? null;
}
