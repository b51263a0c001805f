import type { PlatformPath } from 'node:path';

/** The packages whose version decides what a rule says. */
const versionedPackages = ['transformers'] as const;

export type VersionedPackage = (typeof versionedPackages)[number];

/** What a project asks of these packages: `==4.41.2`, `>=4.30,<5`, `^4.41`. What is not given is not known. */
export type Requirements = Readonly<Partial<Record<VersionedPackage, string>>>;

/** True if a requirement certainly lets in no version from a major one on. */
export function staysBelow(requirement: string, major: number): boolean {
  return requirement.split(',').some((clause) => {
    const [, operator = '', first = '', rest = ''] =
      /^(===?|~=|<=?|\^|~)? {0,9}v?(\d{1,9})((?:\.\d{1,9}){0,4})/.exec(clause.trim()) ?? [];
    if (first === '') return false;
    const version = Number(first);
    if (operator === '<') return version < major || (version === major && /^[.0]*$/.test(rest));
    return version < major;
  });
}

/** A requirement as pip reads it: `transformers[torch]>=4.30,<5`. */
const asPipReads: Readonly<Record<VersionedPackage, RegExp>> = {
  transformers:
    /(?:^|["'\s])transformers(?:\[[\w, -]{0,80}\])?\s{0,9}((?:(?:===?|~=|<=?|>=?|!=)\s{0,9}[\w.*+!-]{1,40}\s{0,9},?\s{0,9}){1,9})/,
};

/** The requirement in one line of a list of requirements, or of a call of pip; null if there is none. */
const requirementOf = (line: string, name: VersionedPackage): string | null =>
  asPipReads[name].exec(line)?.[1]?.trim() ?? null;

/** A cell of a notebook that writes a list of requirements. */
const isRequirementsCell = (text: string): boolean =>
  text.startsWith('%%writefile') && text.slice(0, text.indexOf('\n')).includes('requirements');

/** What a script or notebook asks for itself: `!pip install transformers==4.41.2`, or a comment with its dependencies. */
export function requirementIn(texts: readonly string[], name: VersionedPackage): string | null {
  for (const text of texts) {
    if (!text.includes(name)) continue;
    for (const line of text.split('\n')) {
      const isList = isRequirementsCell(text);
      const found = line.includes(name) && (isList || /\bpip3?\b|^#/.test(line)) ? requirementOf(line, name) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

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
