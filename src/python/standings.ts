import type { Node } from './node';
import type { TextChange } from './text-change';

/** A parsed text whose names can be found. */
export interface ReadText {
  readonly text: string;
  readonly root: Node;
  /** The offsets at which an identifier stands in the text, in code or not, in order. */
  readonly standings: (name: string) => Iterable<number>;
}

/** True for what may stand in an identifier: letters, digits, `_`, and all that is not ASCII. */
function isIdentifierPart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    code === 95 ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code >= 128
  );
}

/** Searches the text each time. The parser puts an empty name where one is missing: it stands nowhere. */
export function* standings(name: string, text: string): Generator<number> {
  if (name === '') return;
  for (let start = text.indexOf(name); start !== -1; start = text.indexOf(name, start + name.length)) {
    // Before the first and behind the last character the code is NaN.
    if (!isIdentifierPart(text.charCodeAt(start - 1)) && !isIdentifierPart(text.charCodeAt(start + name.length)))
      yield start;
  }
}

/** To read all words of a text costs about as much as so many searches of it. */
const searchesForWords = 32;

/** Finds the identifiers of a text that stays as it is: by searching it, and by a list of its words once many were asked for. */
export function standingsIn(text: string): (name: string) => Iterable<number> {
  let searches = 0;
  let words: ReadonlyMap<string, readonly number[]> | null = null;
  return (name) => {
    if (words === null && searches++ < searchesForWords) return standings(name, text);
    words ??= wordsOf(text, 0, text.length);
    return words.get(name) ?? [];
  };
}

/** Pieces of about this many characters are read again after an edit in them. */
const pieceLength = 4096;

interface Piece {
  readonly length: number;
  /** The offsets within the piece. */
  readonly words: ReadonlyMap<string, readonly number[]>;
}

/** The words of a text that is edited: of each edit, only the pieces around it are read. */
export class KeptStandings {
  private pieces: readonly Piece[] = [];

  constructor(private text: string) {
    this.pieces = piecesOf(text, 0, text.length);
  }

  update(text: string, { start, oldEnd, newEnd }: TextChange): void {
    const { pieces } = this;
    let first = 0;
    let from = 0;
    // A word at the border of a piece may grow with what is typed there.
    for (; first < pieces.length - 1; first++) {
      const next = from + (pieces[first]?.length ?? 0);
      if (next >= start) break;
      from = next;
    }
    let last = pieces.length;
    let end = this.text.length;
    for (; last > first + 1; last--) {
      const next = end - (pieces[last - 1]?.length ?? 0);
      if (next <= oldEnd) break;
      end = next;
    }
    this.pieces = [...pieces.slice(0, first), ...piecesOf(text, from, end + newEnd - oldEnd), ...pieces.slice(last)];
    this.text = text;
  }

  /** The same as a search of the text finds. */
  of(name: string): readonly number[] {
    const found: number[] = [];
    let from = 0;
    for (const { length, words } of this.pieces) {
      for (const offset of words.get(name) ?? []) found.push(from + offset);
      from += length;
    }
    return found;
  }
}

/** Reads a part of a text in pieces, which end where no word does. */
function piecesOf(text: string, from: number, to: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let start = from; start < to; ) {
    let end = Math.min(to, start + pieceLength);
    while (end < to && isIdentifierPart(text.charCodeAt(end - 1)) && isIdentifierPart(text.charCodeAt(end))) end++;
    pieces.push({ length: end - start, words: wordsOf(text, start, end) });
    start = end;
  }
  return pieces;
}

function wordsOf(text: string, from: number, to: number): ReadonlyMap<string, readonly number[]> {
  const words = new Map<string, number[]>();
  for (let at = from; at < to; ) {
    if (!isIdentifierPart(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const start = at;
    while (at < to && isIdentifierPart(text.charCodeAt(at))) at++;
    const word = text.slice(start, at);
    const offsets = words.get(word);
    if (offsets === undefined) words.set(word, [start - from]);
    else offsets.push(start - from);
  }
  return words;
}
