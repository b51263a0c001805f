/**
 * Patterns come from files of a workspace, which may be hostile, so they are matched without backtracking: the time is
 * at most proportional to the length of the pattern times the length of the path.
 */

type Matcher = (text: string) => boolean;

/** Longer patterns are refused when they are read: nobody writes them by hand. */
export const longestGlob = 1000;

type GlobStep =
  | { readonly kind: 'character'; readonly character: string }
  /** Any character except '/'. */
  | { readonly kind: 'one' }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] }
  /** Continues at all of these without reading a character. */
  | { readonly kind: 'split'; readonly targets: number[] }
  | { readonly kind: 'end' };

/**
 * Returns a function that matches whole paths, written with '/'.
 *
 * - `*` matches any characters within a name, and `?` matches one character.
 * - `**` matches any number of folders between slashes, including none; at the end, everything in a folder.
 * - `[ab-c]` matches one of these characters, and `[!…]` any other.
 * - `{a,b}` matches either pattern.
 * - A backslash makes the next character literal.
 * - A leading `!` inverts the pattern.
 *
 * Names that begin with a dot need no special pattern.
 */
export function globMatcher(pattern: string): Matcher {
  if (pattern.startsWith('!')) {
    const matches = globMatcher(pattern.slice(1));
    return (path) => !matches(path);
  }
  // `./src` and `src` mean the same.
  const steps = new GlobParser(pattern.startsWith('./') ? pattern.slice(2) : pattern).parse();
  return (path) => matchesWhole(steps, path);
}

/** Returns a function that matches whole names, ignoring case. Only `*` is special: it matches any characters. */
export function wildcardMatcher(pattern: string): Matcher {
  const wanted = pattern.toLowerCase();
  return (text) => matchesWildcard(wanted, text.toLowerCase());
}

function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  // The last star, and the position at which the rest was last tried. Earlier stars never have to be tried again.
  let star = -1;
  let tried = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      tried = position;
    } else if (pattern[at] === text[position]) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      tried += 1;
      position = tried;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Follows all possible steps at once (Thompson's construction), so it never has to backtrack. */
function matchesWhole(steps: readonly GlobStep[], path: string): boolean {
  let current: number[] = [];
  let next: number[] = [];
  const seen = new Int32Array(steps.length).fill(-1);
  let round = 0;
  const add = (list: number[], first: number): void => {
    const open = [first];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (seen[index] === round) continue;
      seen[index] = round;
      const step = steps[index];
      if (step?.kind === 'split') open.push(...step.targets);
      else list.push(index);
    }
  };
  add(current, 0);
  for (const character of path) {
    round += 1;
    next.length = 0;
    for (const index of current) {
      const step = steps[index];
      if (step !== undefined && reads(step, character)) add(next, index + 1);
    }
    if (next.length === 0) return false;
    [current, next] = [next, current];
  }
  return current.some((index) => steps[index]?.kind === 'end');
}

function reads(step: GlobStep, character: string): boolean {
  switch (step.kind) {
    case 'character':
      return step.character === character;
    case 'one':
      return character !== '/';
    case 'any':
      return true;
    case 'class':
      return (
        character !== '/' && step.negated !== step.ranges.some(([low, high]) => low <= character && character <= high)
      );
    case 'split':
    case 'end':
      return false;
  }
}

/** An open brace: the targets of its choice, and the ends of its alternatives, which continue after the brace. */
interface OpenBrace {
  readonly close: number;
  readonly choice: number[];
  readonly ends: number[][];
  readonly atStart: boolean;
}

class GlobParser {
  private readonly steps: GlobStep[] = [];
  private readonly text: readonly string[];
  private readonly closes: ReadonlyMap<number, number>;
  private readonly open: OpenBrace[] = [];
  private at = 0;
  /** Whether the name of a folder or file begins here. */
  private atStart = true;

  constructor(pattern: string) {
    this.text = Array.from(pattern);
    this.closes = braces(this.text);
  }

  parse(): readonly GlobStep[] {
    while (this.at < this.text.length) this.next();
    this.steps.push({ kind: 'end' });
    return this.steps;
  }

  private next(): void {
    const character = this.text[this.at] ?? '';
    const innermost = this.open.at(-1);
    if (character === '\\' && this.at + 1 < this.text.length) {
      this.at += 1;
      this.literal(this.text[this.at] ?? '');
    } else if (character === '*') this.stars();
    else if (character === '?') {
      this.steps.push({ kind: 'one' });
      this.moved(1);
    } else if (character === '[') this.bracket();
    else if (character === '{' && this.closes.has(this.at)) this.openBrace(this.closes.get(this.at) ?? 0);
    else if (character === ',' && innermost !== undefined) this.alternative(innermost);
    else if (character === '}' && innermost?.close === this.at) this.closeBrace(innermost);
    else this.literal(character);
  }

  private literal(character: string): void {
    this.steps.push({ kind: 'character', character });
    this.moved(1);
    this.atStart = character === '/';
  }

  private moved(characters: number): void {
    this.at += characters;
    this.atStart = false;
  }

  private split(targets: number[]): void {
    this.steps.push({ kind: 'split', targets });
  }

  private stars(): void {
    let end = this.at;
    while (this.text[end] === '*') end += 1;
    const isWhole = end - this.at === 2 && this.atStart;
    if (isWhole && this.text[end] === '/') {
      // Any folders: (name '/'), repeated any number of times.
      const start = this.steps.length;
      const targets: number[] = [start + 1];
      this.split(targets);
      this.steps.push({ kind: 'one' });
      this.split([start + 1, start + 3]);
      this.steps.push({ kind: 'character', character: '/' });
      this.split([start]);
      targets.push(this.steps.length);
      this.at = end + 1;
      return;
    }
    if (isWhole && (end === this.text.length || this.endsAlternative(end))) this.anything();
    else this.repeat({ kind: 'one' });
    this.moved(end - this.at);
  }

  private endsAlternative(at: number): boolean {
    return this.open.length > 0 && (this.text[at] === ',' || this.text[at] === '}');
  }

  private anything(): void {
    this.repeat({ kind: 'any' });
  }

  private repeat(step: GlobStep): void {
    const start = this.steps.length;
    this.split([start + 1, start + 3]);
    this.steps.push(step);
    this.split([start]);
  }

  private bracket(): void {
    let at = this.at + 1;
    const negated = this.text[at] === '!' || this.text[at] === '^';
    if (negated) at += 1;
    const ranges: (readonly [string, string])[] = [];
    for (let first = true; first || this.text[at] !== ']'; first = false) {
      const [low, afterLow] = this.classCharacter(at);
      if (low === null) {
        // The class is never closed, so the bracket is an ordinary character.
        this.literal('[');
        return;
      }
      at = afterLow;
      const [high, afterHigh] =
        this.text[at] === '-' && this.text[at + 1] !== ']' ? this.classCharacter(at + 1) : [null, at];
      ranges.push([low, high ?? low]);
      if (high !== null) at = afterHigh;
    }
    this.steps.push({ kind: 'class', negated, ranges });
    this.moved(at + 1 - this.at);
  }

  private classCharacter(at: number): readonly [string | null, number] {
    const escaped = this.text[at] === '\\' && this.text[at + 1] !== undefined;
    const index = escaped ? at + 1 : at;
    return [this.text[index] ?? null, index + 1];
  }

  private openBrace(close: number): void {
    const choice = [this.steps.length + 1];
    this.split(choice);
    this.open.push({ close, choice, ends: [], atStart: this.atStart });
    this.at += 1;
  }

  private endAlternative({ ends }: OpenBrace): void {
    const end: number[] = [];
    this.split(end);
    ends.push(end);
  }

  private alternative(brace: OpenBrace): void {
    this.endAlternative(brace);
    brace.choice.push(this.steps.length);
    this.at += 1;
    this.atStart = brace.atStart;
  }

  private closeBrace(brace: OpenBrace): void {
    this.endAlternative(brace);
    for (const end of brace.ends) end.push(this.steps.length);
    this.open.pop();
    this.moved(1);
  }
}

/** The closing position of each brace that contains a comma. Other braces are ordinary characters. */
function braces(text: readonly string[]): ReadonlyMap<number, number> {
  const closes = new Map<number, number>();
  const open: { readonly at: number; commas: number }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') at = endOfClass(text, at);
    else if (text[at] === '{') open.push({ at, commas: 0 });
    else if (text[at] === ',') {
      const innermost = open.at(-1);
      if (innermost !== undefined) innermost.commas += 1;
    } else if (text[at] === '}') {
      const brace = open.pop();
      if (brace !== undefined && brace.commas > 0) closes.set(brace.at, at);
    }
  }
  return closes;
}

/** The index of the ']' that closes a class; the index of its '[' if the class is never closed. */
function endOfClass(text: readonly string[], start: number): number {
  let at = start + 1;
  if (text[at] === '!' || text[at] === '^') at += 1;
  for (let first = true; at < text.length; first = false, at += 1) {
    if (text[at] === ']' && !first) return at;
    if (text[at] === '\\') at += 1;
  }
  return start;
}
