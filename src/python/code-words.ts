/** How a word is used in the code of a text; it may be used in several ways. */
export const wordUses = {
  /** Anywhere. */
  inCode: 1,
  /** `word(`, but not where it is defined. */
  called: 2,
  /** `word as other`, or behind an equals sign: what is called afterwards may have another name. */
  renamed: 4,
  /** The first part of what `from` or `import` names. */
  imported: 8,
} as const;

const enum Kind {
  other,
  word,
  space,
  newline,
  quote,
  hash,
  backslash,
  open,
  close,
}

/** All bytes of letters that are not ASCII belong to words. */
const kinds = new Uint8Array(256).fill(Kind.word);
for (let byte = 0; byte < 128; byte++) kinds[byte] = kindOf(String.fromCharCode(byte));

function kindOf(character: string): Kind {
  if (/\w/.test(character)) return Kind.word;
  if (character === '\n') return Kind.newline;
  if (/\s/.test(character)) return Kind.space;
  if (character === '"' || character === "'") return Kind.quote;
  if (character === '#') return Kind.hash;
  if (character === '\\') return Kind.backslash;
  if ('([{'.includes(character)) return Kind.open;
  return ')]}'.includes(character) ? Kind.close : Kind.other;
}

const newlineByte = 10;
const carriageReturnByte = 13;
const parenthesisByte = 40;
const commaByte = 44;
const dotByte = 46;
const colonByte = 58;
const equalsByte = 61;
const backslashByte = 92;
const openBraceByte = 123;
const closeBraceByte = 125;

/** Keywords come first, so that they are known by their number. */
const keywords = ['', 'from', 'import', 'def', 'class'];
const noWord = 0;
const fromWord = 1;
const importWord = 2;
const defWord = 3;
const classWord = 4;

/** Nobody nests f-strings deeper; a text that does counts as broken. */
const deepestNesting = 50;

/**
 * Reads the words of texts in one pass, without a parser. Words in comments and strings do not count, those in the braces of
 * f-strings do. Where a string has no end the text is not Python, or not yet, and all of its words count.
 */
export class CodeWords {
  private readonly ids = new Map<string, number>();
  /** Words by their hash; two words of one hash would only count for each other. */
  private readonly hashes: Int32Array;
  private readonly slots: Int16Array;
  private readonly mask: number;
  private readonly uses: Uint8Array;
  private bytes = new Uint8Array(0);
  private length = 0;
  private isFlat = false;
  private isBroken = false;

  /** @param words the words that matter, of ASCII letters */
  constructor(words: Iterable<string>) {
    const all = [...new Set([...keywords, ...words])];
    let size = 1024;
    while (size < all.length * 8) size *= 2;
    this.mask = size - 1;
    this.slots = new Int16Array(size);
    this.hashes = new Int32Array(all.length);
    this.uses = new Uint8Array(all.length);
    for (const [id, word] of all.entries()) {
      this.ids.set(word, id);
      if (word === '') continue;
      this.hashes[id] = hashOf(word);
      let slot = slotOf(hashOf(word)) & this.mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
      this.slots[slot] = id;
    }
  }

  /** The number of a word, by which `has` knows it. */
  idOf(word: string): number {
    const id = this.ids.get(word);
    if (id === undefined) throw new Error(`${word} is not among the words`);
    return id;
  }

  /** True if a word stands in the texts in one of these ways. */
  has(id: number, uses: number): boolean {
    return ((this.uses[id] ?? 0) & uses) !== 0;
  }

  /** @param texts a module, or the cells of a notebook */
  read(texts: readonly string[]): void {
    this.uses.fill(0);
    for (const text of texts) {
      if (this.bytes.length < text.length * 3) this.bytes = new Uint8Array(text.length * 3 + 1024);
      this.length = encoder.encodeInto(text, this.bytes).written;
      this.isFlat = false;
      if (this.isRead()) continue;
      this.isFlat = true;
      this.isRead();
    }
  }

  /** Reads all of it; false if it is broken. */
  private isRead(): boolean {
    this.isBroken = false;
    this.readCode(0, 0);
    return !this.isBroken;
  }

  /**
   * Reads code from an offset.
   * @param nesting 0 for the text itself, more for what stands in the braces of f-strings
   * @returns the offset of the brace that ends it, or the end of the text
   */
  private readCode(start: number, nesting: number): number {
    const { bytes, length, slots, hashes, mask, isFlat } = this;
    /** The last character that is not blank. */
    let last: number = newlineByte;
    /** The last word, if nothing stands behind it. */
    let lastWord: number = noWord;
    /** What stands before the dotted name. */
    let lead: number = newlineByte;
    let isImport = false;
    let depth = 0;
    let at = start;
    while (at < length) {
      const byte = bytes[at] ?? 0;
      switch (kinds[byte]) {
        case Kind.space:
          at++;
          continue;
        case Kind.word: {
          let hash = byte;
          let end = at + 1;
          let next = bytes[end] ?? 0;
          while (end < length && kinds[next] === Kind.word) {
            hash = (Math.imul(hash, 31) + next) | 0;
            next = bytes[++end] ?? 0;
          }
          if (end < length && kinds[next] === Kind.quote && end - at <= 3 && !isFlat) {
            const prefix = String.fromCharCode(...bytes.subarray(at, end)).toLowerCase();
            if (/^[rbuft]+$/.test(prefix)) {
              at = this.readString(end, next, /[ft]/.test(prefix), nesting);
              last = next;
              lastWord = noWord;
              continue;
            }
          }
          if (last !== dotByte) lead = last;
          let slot = slotOf(hash) & mask;
          let id = slots[slot] ?? 0;
          while (id !== 0 && hashes[id] !== hash) {
            slot = (slot + 1) & mask;
            id = slots[slot] ?? 0;
          }
          if (id > classWord) {
            const isNamed = lastWord === fromWord || lastWord === importWord || (isImport && last === commaByte);
            const isDefined = lastWord === defWord || lastWord === classWord;
            this.note(id, end, isDefined, isNamed, lead === equalsByte);
          } else if (id === importWord) isImport = true;
          last = byte;
          lastWord = id;
          at = end;
          continue;
        }
        case Kind.newline:
          isImport = false;
          break;
        case Kind.backslash:
          // The line continues.
          at++;
          if (bytes[at] === carriageReturnByte) at++;
          if (bytes[at] === newlineByte) at++;
          continue;
        case Kind.hash:
          at++;
          if (!isFlat) while (at < length && bytes[at] !== newlineByte) at++;
          continue;
        case Kind.quote:
          at = isFlat ? at + 1 : this.readString(at, byte, false, nesting);
          last = byte;
          lastWord = noWord;
          continue;
        case Kind.open:
          depth++;
          break;
        case Kind.close:
          if (nesting > 0 && depth === 0) return at;
          depth--;
          break;
        default:
          // `(package).word`: what stands before the parentheses is not known any more.
          if (byte === dotByte && kinds[last] === Kind.close) lead = equalsByte;
          if (nesting > 0 && depth === 0 && byte === colonByte) return this.readFormat(at + 1, nesting);
      }
      last = byte;
      lastWord = noWord;
      at++;
    }
    return nesting > 0 ? this.broken() : length;
  }

  private note(id: number, end: number, isDefined: boolean, isNamed: boolean, isGiven: boolean): void {
    const { bytes, isFlat } = this;
    let next = end;
    while (next < this.length && isBlank(bytes[next] ?? 0)) next++;
    const isCalled = bytes[next] === parenthesisByte && next < this.length && (!isDefined || isFlat);
    const hasAlias = bytes[next] === 97 && bytes[next + 1] === 115 && kinds[bytes[next + 2] ?? 0] !== Kind.word;
    this.uses[id] =
      (this.uses[id] ?? 0) |
      wordUses.inCode |
      (isCalled ? wordUses.called : 0) |
      (hasAlias || isGiven || isFlat ? wordUses.renamed : 0) |
      (isNamed || isFlat ? wordUses.imported : 0);
  }

  /** The rest of a replacement field, behind its colon. */
  private readFormat(start: number, nesting: number): number {
    for (let at = start; at < this.length; at++) {
      const byte = this.bytes[at];
      if (byte === closeBraceByte) return at;
      if (byte === openBraceByte) at = this.readField(at + 1, nesting);
      else if (byte === newlineByte) break;
    }
    return this.broken();
  }

  /** @returns the offset of the closing brace */
  private readField(start: number, nesting: number): number {
    return nesting >= deepestNesting ? this.broken() : this.readCode(start, nesting + 1);
  }

  /** @returns the offset behind the string */
  private readString(start: number, quote: number, isFormat: boolean, nesting: number): number {
    const { bytes, length } = this;
    const isLong = bytes[start + 1] === quote && bytes[start + 2] === quote && start + 2 < length;
    for (let at = start + (isLong ? 3 : 1); at < length; at++) {
      const byte = bytes[at];
      if (byte === quote) {
        if (!isLong) return at + 1;
        if (bytes[at + 1] === quote && bytes[at + 2] === quote && at + 2 < length) return at + 3;
      } else if (byte === backslashByte) {
        at++;
        if (bytes[at] === carriageReturnByte && bytes[at + 1] === newlineByte) at++;
      } else if (byte === newlineByte) {
        if (!isLong) break;
      } else if (byte === openBraceByte && isFormat) {
        if (bytes[at + 1] === openBraceByte) at++;
        else at = this.readField(at + 1, nesting);
      }
    }
    return this.broken();
  }

  private broken(): number {
    this.isBroken = true;
    return this.length;
  }
}

const encoder = new TextEncoder();

const isBlank = (byte: number): boolean => kinds[byte] === Kind.space || kinds[byte] === Kind.newline;

const slotOf = (hash: number): number => hash ^ (hash >>> 15);

function hashOf(word: string): number {
  let hash = word.charCodeAt(0);
  for (let index = 1; index < word.length; index++) hash = (Math.imul(hash, 31) + word.charCodeAt(index)) | 0;
  return hash;
}
