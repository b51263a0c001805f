/** What a clause such as `<5` or `~=4.40` says of a version. */
interface Limits {
  /** The first version that is certainly let in; null if there is none. */
  readonly least: Version | null;
  /** No version behind this one is let in, nor this one itself if it is left out; null if there is no end. */
  readonly most: { readonly version: Version; readonly isLeftOut: boolean } | null;
}

type Version = readonly number[];

/** True if a requirement certainly lets in no version from one on: `>=4.30,<5` stays below 5, `^0.17` below 0.18. */
export function staysBelow(requirement: string, version: string): boolean {
  const end = numbersIn(version);
  return requirement.split(',').some((clause) => {
    const most = limitsOf(clause)?.most ?? null;
    if (most === null) return false;
    const order = compare(most.version, end);
    return order < 0 || (order === 0 && most.isLeftOut);
  });
}

/** True if a requirement certainly lets in no version before one: `>=5.2`, `==5.4.0`. */
export function startsAt(requirement: string, version: string): boolean {
  const start = numbersIn(version);
  return requirement.split(',').some((clause) => {
    const least = limitsOf(clause)?.least ?? null;
    return least !== null && compare(least, start) >= 0;
  });
}

/** `(TRL 0.18 and newer)` behind advice that may need a newer version than a project has, and nothing where it has it. */
export function sinceVersion(requirement: string | null, name: string, version: string): string {
  return startsAt(requirement ?? '', version) ? '' : ` (${name} ${version} and newer)`;
}

/** The limits of one clause, as pip and Poetry read it; null if it is another one, such as `!=4.38`. */
function limitsOf(clause: string): Limits | null {
  const [, operator = '', digits = '', wildcard = ''] =
    /^(===?|~=|<=?|>=?|\^|~)? {0,9}v?(\d{1,9}(?:\.\d{1,9}){0,4})(\.\*)?/.exec(clause.trim()) ?? [];
  if (digits === '') return null;
  const version = numbersIn(digits);
  switch (operator) {
    case '<':
      return { least: null, most: { version, isLeftOut: true } };
    case '<=':
      return { least: null, most: { version, isLeftOut: false } };
    case '>':
    case '>=':
      return { least: version, most: null };
    case '~=':
      return upTo(version, Math.max(0, version.length - 2));
    case '^':
      return upTo(version, firstThatCounts(version));
    case '~':
      return upTo(version, Math.min(1, version.length - 1));
    default:
      return wildcard === ''
        ? { least: version, most: { version, isLeftOut: false } }
        : upTo(version, version.length - 1);
  }
}

/** From a version to the next one of its part at an index: of 4.40.1 at index 1 up to 4.41. */
const upTo = (version: Version, index: number): Limits => ({
  least: version,
  most: { version: [...version.slice(0, index), (version[index] ?? 0) + 1], isLeftOut: true },
});

/** The part that `^` keeps: the first that is not 0. */
function firstThatCounts(version: Version): number {
  const index = version.findIndex((part) => part !== 0);
  return index === -1 ? version.length - 1 : index;
}

const numbersIn = (version: string): Version => version.split('.').map(Number);

function compare(one: Version, other: Version): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
