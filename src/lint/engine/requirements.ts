/** The packages whose version decides what a rule says. */
export const versionedPackages = ['transformers'] as const;

export type VersionedPackage = (typeof versionedPackages)[number];

/** What a project asks of these packages: `==4.41.2`, `>=4.30,<5`, `^4.41`. What is not given is not known. */
export type Requirements = Readonly<Partial<Record<VersionedPackage, string>>>;

/** True if a requirement certainly lets in no version from a major one on. */
export function staysBelow(requirement: string, major: number): boolean {
  return requirement.split(',').some((clause) => {
    const [, operator = '', first = '', rest = ''] =
      /^\s*(===?|~=|<=?|\^|~)?\s*v?(\d{1,9})((?:\.\d{1,9}){0,4})/.exec(clause) ?? [];
    if (first === '') return false;
    const version = Number(first);
    if (operator === '<') return version < major || (version === major && /^[.0]*$/.test(rest));
    // ~=5 has no upper end of its own, and pip refuses it.
    return version < major;
  });
}

/** A requirement as pip reads it: `transformers[torch]>=4.30,<5`. */
const asked: Readonly<Record<VersionedPackage, RegExp>> = {
  transformers:
    /(?:^|["'\s])transformers(?:\[[\w, -]{0,80}\])?\s{0,9}((?:(?:===?|~=|<=?|>=?|!=)\s{0,9}[\w.*+!-]{1,40}\s{0,9},?\s{0,9}){1,9})/,
};

/** The requirement in one line of a list of requirements, or of a call of pip; null if there is none. */
export const requirementOf = (line: string, name: VersionedPackage): string | null =>
  asked[name].exec(line)?.[1]?.trim() ?? null;

/** What a script or notebook asks for itself: `!pip install transformers==4.41.2`, or a comment with its dependencies. */
export function requirementIn(texts: readonly string[], name: VersionedPackage): string | null {
  for (const text of texts) {
    if (!text.includes(name)) continue;
    for (const line of text.split('\n')) {
      const found = line.includes(name) && /\bpip3?\b|^#/.test(line) ? requirementOf(line, name) : null;
      if (found !== null) return found;
    }
  }
  return null;
}
