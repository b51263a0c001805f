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

/** A requirement as pip reads it: `transformers[torch]>=4.30,<5`, in quotes or not. */
const asPipReads: Readonly<Record<VersionedPackage, RegExp>> = {
  transformers:
    /(^|["'\s])transformers(?:\[[\w, -]{0,80}\])?\s{0,9}\(?((?:(?:===?|~=|<=?|>=?|!=)\s{0,9}[\w.*+!-]{1,40}\s{0,9},?\s{0,9}){1,9})/,
};
/** The package by its name, with or without a version. */
const mentions: Readonly<Record<VersionedPackage, RegExp>> = { transformers: /(?:^|["'\s])transformers(?![\w-])/ };

/** Where a line is read: a list of requirements, a file of TOML, a call of pip. */
type Style = 'list' | 'quoted' | 'call';

/** The requirement in one line; null if there is none. */
function requirementOf(line: string, name: VersionedPackage, style: Style): string | null {
  const found = asPipReads[name].exec(withoutComment(line));
  const before = found?.[1] ?? '';
  const isPlace =
    style === 'call' || (style === 'list' ? before === '' && found?.index === 0 : before === '"' || before === "'");
  return isPlace ? (found?.[2]?.trim() ?? null) : null;
}

/** pip reads a `#` behind a space as a comment. */
function withoutComment(line: string): string {
  const comment = line.search(/[ \t]#/);
  return comment === -1 ? line : line.slice(0, comment);
}

/** A cell of a notebook that writes a list of requirements. */
const isRequirementsCell = (text: string): boolean =>
  text.startsWith('%%writefile') && text.slice(0, text.indexOf('\n')).includes('requirements');

/**
 * What a script or notebook asks for itself: `!pip install transformers==4.41.2`, or a comment with its dependencies. The last
 * one holds; without a version it may be any.
 */
export function requirementIn(texts: readonly string[], name: VersionedPackage): string | null {
  let last: string | null = null;
  for (const text of texts) {
    if (!text.includes(name)) continue;
    const isList = isRequirementsCell(text);
    for (const line of text.split('\n')) {
      const style = isList ? 'list' : line.startsWith('#') ? 'quoted' : /\bpip3?\b/.test(line) ? 'call' : null;
      if (style === null || !line.includes(name)) continue;
      const found = requirementOf(line, name, style);
      if (found !== null || (style === 'call' && mentions[name].test(line))) last = found;
    }
  }
  return last;
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
      const requirement = file.endsWith('.lock')
        ? locked(text ?? '', name)
        : asked(text ?? '', name, file.endsWith('.txt') ? 'list' : 'quoted');
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
function asked(text: string, name: VersionedPackage, style: Style): string | null {
  for (const line of text.split('\n')) {
    if (!line.includes(name) || line.trimStart().startsWith('#')) continue;
    const found = requirementOf(line, name, style) ?? (style === 'quoted' ? byPoetry(line, name) : null);
    if (found !== null) return found;
  }
  return null;
}

function byPoetry(line: string, name: VersionedPackage): string | null {
  // Of `^4.41 || ^5.0` the first part is not all.
  if (!/^[\s=]/.test(line.trimStart().slice(name.length)) || !line.trimStart().startsWith(name) || line.includes('||'))
    return null;
  const given = /^\s*[\w-]+\s*=\s*(?:\{[^}\n]{0,200}?\bversion\s*=\s*)?"([^"\n]{1,80})"/.exec(line);
  return given?.[1] ?? null;
}
