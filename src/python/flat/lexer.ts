import type { FlatNodes } from './flat-tree';
import { Kind, kindNames, type Role } from './kinds';

/** Thrown where a text is left to the other parser. */
export const notFlat = new Error('left to the other parser');

export function giveUp(): never {
  throw notFlat;
}

const characters = {
  tab: 9,
  newline: 10,
  carriageReturn: 13,
  space: 32,
  hash: 35,
  equals: 61,
  backslash: 92,
} as const;

/** What a character may begin. */
const enum Class {
  other,
  letter,
  digit,
  quote,
}

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) classes[code] = Class.letter;
  else if (/[0-9]/.test(character)) classes[code] = Class.digit;
  else if (/['"]/.test(character)) classes[code] = Class.quote;
}

/** The kind of each run of one to three punctuation characters. */
const punctuation = new Map<number, number>();
const keywords = new Map<number, { readonly kind: number; readonly word: string }>();
for (let kind = Kind.parenOpen as number; kind <= Kind.atEquals; kind++) {
  const name = kindNames[kind] ?? '';
  punctuation.set(keyOf(name), kind);
}
for (let kind = Kind.kAnd as number; kind <= Kind.kYield; kind++) addKeyword(kindNames[kind] ?? '', kind);
addKeyword('True', Kind.true);
addKeyword('False', Kind.false);
addKeyword('None', Kind.none);
const longestKeyword = 8;

function addKeyword(word: string, kind: number): void {
  keywords.set(hashOf(word), { kind, word });
}

function keyOf(text: string): number {
  let key = 0;
  for (let index = 0; index < text.length; index++) key = key * 128 + text.charCodeAt(index);
  return key;
}

function hashOf(word: string): number {
  let hash = 0;
  for (let index = 0; index < word.length; index++) hash = (Math.imul(hash, 31) + word.charCodeAt(index)) | 0;
  return hash;
}

/** The deepest that brackets, blocks and operators may be nested; what is deeper is left to the other parser. */
const deepest = 150;

const isLetterOrDigit = (code: number): boolean =>
  code < 128 && (classes[code] === Class.letter || classes[code] === Class.digit);

/** A part of the nodes of a text, as `ReadStatement` says. */
interface NodeSpan {
  readonly firstNode: number;
  readonly lastNode: number;
  readonly firstChild: number;
  readonly lastChild: number;
  readonly loose: readonly number[];
}

/** What is added to places before an edit: to offsets of the text, to nodes, and to entries of `children`. */
export interface Move {
  readonly shift: number;
  readonly node: number;
  readonly child: number;
}

interface Position {
  readonly token: number;
  readonly tokenStart: number;
  readonly tokenEnd: number;
  readonly brackets: number;
  readonly top: number;
  readonly depth: number;
  readonly count: number;
  readonly childCount: number;
}

/**
 * Reads tokens and collects nodes. Nodes that have no parent yet lie on a stack; a rule of the grammar takes those from a mark
 * upwards. Comments between them become children too, those behind the last stay on the stack, as in tree-sitter.
 */
export class Lexer {
  protected text = '';
  /** The token ahead. */
  protected token: number = Kind.eof;
  protected tokenStart = 0;
  protected tokenEnd = 0;
  /** How many brackets are open: line ends within them are blanks. */
  protected brackets = 0;
  /** The indentation of the block that is being read. */
  protected indent = 0;
  /** What stands before the next line of code, once the end of a line was reached. */
  protected nextIndent = 0;
  protected readonly pending: { start: number; end: number; indent: number }[] = [];

  protected stack = new Int32Array(1024);
  protected top = 0;
  protected depth = 0;
  protected count = 0;
  protected childCount = 0;
  private kinds = new Uint8Array(1 << 14);
  private roles = new Uint8Array(1 << 14);
  private starts = new Int32Array(1 << 14);
  private ends = new Int32Array(1 << 14);
  private parents = new Int32Array(1 << 14);
  private firsts = new Int32Array(1 << 14);
  private counts = new Int32Array(1 << 14);
  private children = new Int32Array(1 << 14);
  /** Nodes with an error of their own, and nodes that are missing, in the order of their numbers. */
  private errors: number[] = [];
  private missing: number[] = [];

  protected begin(text: string): void {
    this.text = text;
    this.brackets = 0;
    this.indent = 0;
    this.pending.length = 0;
    this.top = 0;
    this.depth = 0;
    this.count = 0;
    this.childCount = 0;
    this.tokenEnd = 0;
    this.errors = [];
    this.missing = [];
  }

  /** How many nodes are broken or missing by themselves. */
  protected get errorCount(): number {
    return this.errors.length + this.missing.length;
  }

  /** Takes over nodes of another text, without an error among them, behind those that are there. */
  protected copyNodes(
    from: FlatNodes,
    { firstNode, lastNode, firstChild, lastChild, loose }: NodeSpan,
    by: Move,
  ): void {
    const { count, childCount } = this;
    while (count + lastNode - firstNode > this.kinds.length) this.growNodes();
    while (childCount + lastChild - firstChild > this.children.length) this.children = grown(this.children);
    this.count += lastNode - firstNode;
    this.childCount += lastChild - firstChild;
    this.kinds.set(from.kinds.subarray(firstNode, lastNode), count);
    this.roles.set(from.roles.subarray(firstNode, lastNode), count);
    this.counts.set(from.counts.subarray(firstNode, lastNode), count);
    copyMoved(from.starts, firstNode, lastNode, this.starts, by.shift, by.node);
    copyMoved(from.ends, firstNode, lastNode, this.ends, by.shift, by.node);
    copyMoved(from.parents, firstNode, lastNode, this.parents, by.node, by.node);
    copyMoved(from.firsts, firstNode, lastNode, this.firsts, by.child, by.node);
    copyMoved(from.children, firstChild, lastChild, this.children, by.node, by.child);
    for (const id of loose) {
      this.parents[id + by.node] = -1;
      this.push(id + by.node);
    }
  }

  /** The nodes, once the last one is the root. */
  protected collected(): FlatNodes {
    const { count, childCount } = this;
    return {
      text: this.text,
      kinds: this.kinds.slice(0, count),
      roles: this.roles.slice(0, count),
      starts: this.starts.slice(0, count),
      ends: this.ends.slice(0, count),
      parents: this.parents.slice(0, count),
      firsts: this.firsts.slice(0, count),
      counts: this.counts.slice(0, count),
      children: this.children.slice(0, childCount),
      broken: this.broken(),
      missing: new Set(this.missing),
    };
  }

  /**
   * The same without copying them: the tree keeps the arrays that they were written to.
   * @param spare nodes that nobody needs any more; the next ones are written over them
   */
  protected handedOver(spare: FlatNodes): FlatNodes {
    const { count, childCount } = this;
    const nodes = {
      text: this.text,
      kinds: this.kinds.subarray(0, count),
      roles: this.roles.subarray(0, count),
      starts: this.starts.subarray(0, count),
      ends: this.ends.subarray(0, count),
      parents: this.parents.subarray(0, count),
      firsts: this.firsts.subarray(0, count),
      counts: this.counts.subarray(0, count),
      children: this.children.subarray(0, childCount),
      broken: this.broken(),
      missing: new Set(this.missing),
    };
    this.kinds = new Uint8Array(spare.kinds.buffer as ArrayBuffer);
    this.roles = new Uint8Array(spare.roles.buffer as ArrayBuffer);
    this.starts = new Int32Array(spare.starts.buffer as ArrayBuffer);
    this.ends = new Int32Array(spare.ends.buffer as ArrayBuffer);
    this.parents = new Int32Array(spare.parents.buffer as ArrayBuffer);
    this.firsts = new Int32Array(spare.firsts.buffer as ArrayBuffer);
    this.counts = new Int32Array(spare.counts.buffer as ArrayBuffer);
    this.children = new Int32Array(spare.children.buffer as ArrayBuffer);
    return nodes;
  }

  /** Errors with all nodes around them. */
  private broken(): ReadonlySet<number> {
    const found = new Set<number>();
    for (const error of [...this.errors, ...this.missing]) {
      for (let id = error; id >= 0 && !found.has(id); id = this.parents[id] ?? -1) found.add(id);
    }
    return found;
  }

  /** Where the reader is, so that it may come back and read the same tokens in another way. */
  protected position(): Position {
    const { token, tokenStart, tokenEnd, brackets, top, depth, count, childCount } = this;
    return { token, tokenStart, tokenEnd, brackets, top, depth, count, childCount };
  }

  protected goBack(position: Position): void {
    Object.assign(this, position);
    for (const ids of [this.errors, this.missing]) while ((ids.at(-1) ?? -1) >= this.count) ids.pop();
  }

  /** To be called where rules call each other; `leave` afterwards. */
  protected enter(): void {
    if (++this.depth > deepest) giveUp();
  }

  protected leave(): void {
    this.depth--;
  }

  // Nodes.

  protected leaf(kind: number, start: number, end: number): void {
    const id = this.add(kind, start, end);
    this.firsts[id] = 0;
    this.counts[id] = 0;
    this.push(id);
  }

  /** Makes a node of what lies on the stack from a mark upwards, but for comments behind it. */
  protected finish(kind: number, mark: number): void {
    let last = this.top;
    while (last > mark && this.isExtra(this.stack[last - 1] ?? 0)) last--;
    if (last <= mark) giveUp();
    const first = this.stack[mark] ?? 0;
    this.close(kind, mark, last, this.starts[first] ?? 0, this.ends[this.stack[last - 1] ?? 0] ?? 0);
  }

  /** The same with comments behind it, for nodes that end with the line. */
  protected finishLine(kind: number, mark: number): void {
    if (this.top <= mark) giveUp();
    const first = this.stack[mark] ?? 0;
    this.close(kind, mark, this.top, this.starts[first] ?? 0, this.ends[this.stack[this.top - 1] ?? 0] ?? 0);
  }

  /** The same with a span of its own. */
  protected finishSpan(kind: number, mark: number, start: number, end: number): void {
    this.close(kind, mark, this.top, start, end);
  }

  private close(kind: number, mark: number, last: number, start: number, end: number): void {
    const id = this.add(kind, start, end);
    const size = last - mark;
    while (this.childCount + size > this.children.length) this.children = grown(this.children);
    this.firsts[id] = this.childCount;
    this.counts[id] = size;
    for (let index = mark; index < last; index++) {
      const child = this.stack[index] ?? 0;
      this.parents[child] = id;
      this.children[this.childCount++] = child;
    }
    // Extras move down.
    this.stack[mark] = id;
    let top = mark + 1;
    for (let index = last; index < this.top; index++) this.stack[top++] = this.stack[index] ?? 0;
    if (size > 0) this.top = top;
    else {
      this.top = mark;
      this.push(id);
    }
  }

  protected markError(mark: number): void {
    this.errors.push(this.stack[mark] ?? 0);
  }

  protected markMissing(mark: number): void {
    this.missing.push(this.stack[mark] ?? 0);
  }

  protected setRole(mark: number, role: Role | number): void {
    this.roles[this.stack[mark] ?? 0] = role;
  }

  protected kindAt(mark: number): number {
    return this.kinds[this.stack[mark] ?? 0] ?? 0;
  }

  protected isExtraAt(index: number): boolean {
    return this.isExtra(this.stack[index] ?? 0);
  }

  protected startAt(mark: number): number {
    return this.starts[this.stack[mark] ?? 0] ?? 0;
  }

  /** Makes a target of what was read as an expression. */
  protected asTarget(mark: number): void {
    this.retarget(this.stack[mark] ?? 0);
  }

  private retarget(id: number): void {
    switch (this.kinds[id]) {
      case Kind.identifier:
      case Kind.subscript:
      case Kind.attribute:
        return;
      case Kind.expressionList:
        this.kinds[id] = Kind.patternList;
        break;
      case Kind.tuple:
      case Kind.parenthesizedExpression:
        this.kinds[id] = Kind.tuplePattern;
        break;
      case Kind.list:
        this.kinds[id] = Kind.listPattern;
        break;
      case Kind.listSplat:
        // Of anything but a name there are two readings.
        if (this.kinds[this.children[(this.firsts[id] ?? 0) + 1] ?? 0] !== Kind.identifier) giveUp();
        this.kinds[id] = Kind.listSplatPattern;
        return;
      default:
        giveUp();
    }
    const first = this.firsts[id] ?? 0;
    const last = first + (this.counts[id] ?? 0);
    for (let index = first; index < last; index++) {
      const child = this.children[index] ?? 0;
      if ((this.kinds[child] ?? 0) >= Kind.identifier && !this.isExtra(child)) this.retarget(child);
    }
  }

  private isExtra(id: number): boolean {
    const kind = this.kinds[id];
    return kind === Kind.comment || kind === Kind.lineContinuation;
  }

  private push(id: number): void {
    if (this.top >= this.stack.length) this.stack = grown(this.stack);
    this.stack[this.top++] = id;
  }

  private add(kind: number, start: number, end: number): number {
    if (this.count >= this.kinds.length) this.growNodes();
    const id = this.count++;
    this.kinds[id] = kind;
    this.roles[id] = 0;
    this.starts[id] = start;
    this.ends[id] = end;
    this.parents[id] = -1;
    return id;
  }

  private growNodes(): void {
    this.kinds = grown(this.kinds);
    this.roles = grown(this.roles);
    this.starts = grown(this.starts);
    this.ends = grown(this.ends);
    this.parents = grown(this.parents);
    this.firsts = grown(this.firsts);
    this.counts = grown(this.counts);
  }

  // Tokens.

  /** Takes the token ahead as a leaf, and reads the next one. */
  protected take(): void {
    this.leaf(this.token, this.tokenStart, this.tokenEnd);
    this.next();
  }

  /** Takes the token ahead as a leaf of another kind. */
  protected takeAs(kind: number): void {
    this.leaf(kind, this.tokenStart, this.tokenEnd);
    this.next();
  }

  protected expect(kind: number): void {
    if (this.token !== kind) giveUp();
    this.take();
  }

  /** True if the token ahead is this word. */
  protected isWord(word: string): boolean {
    return this.tokenEnd - this.tokenStart === word.length && this.text.startsWith(word, this.tokenStart);
  }

  /** Where the token behind the next one begins. */
  private offsetAhead(): number {
    const { text } = this;
    for (let at = this.tokenEnd; ; at++) {
      const code = text.charCodeAt(at);
      if (code === characters.space || code === characters.tab) continue;
      if (code === characters.backslash) giveUp();
      if (this.brackets === 0) return at;
      if (code === characters.hash) at = lineEnd(text, at);
      else if (code !== characters.newline && code !== characters.carriageReturn) return at;
    }
  }

  /** The character with which the token behind the next one begins. */
  protected characterAhead(): number {
    return this.text.charCodeAt(this.offsetAhead());
  }

  /** True if an equals sign that is not part of another operator stands behind the token ahead. */
  protected isEqualsAhead(): boolean {
    const at = this.offsetAhead();
    return this.text.charCodeAt(at) === characters.equals && this.text.charCodeAt(at + 1) !== characters.equals;
  }

  /** Reads the next token from an offset. */
  protected next(from = this.tokenEnd): void {
    const { text } = this;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === characters.space || code === characters.tab) {
        at++;
      } else if (code === characters.newline) {
        if (this.brackets === 0) return this.found(Kind.newline, at, at);
        at = this.skipLineEnds(at);
      } else if (code === characters.carriageReturn) {
        if (text.charCodeAt(at + 1) !== characters.newline) giveUp();
        at++;
      } else if (code === characters.hash) {
        const end = lineEnd(text, at);
        this.leaf(Kind.comment, at, end);
        at = end;
      } else if (code === characters.backslash) {
        at = this.continueLine(at);
      } else {
        return this.read(code, at);
      }
    }
  }

  private found(kind: number, start: number, end: number): void {
    this.token = kind;
    this.tokenStart = start;
    this.tokenEnd = end;
  }

  /** Within brackets: to the next line with anything on it, which must not stand left of its block. */
  private skipLineEnds(from: number): number {
    const { text } = this;
    let indent = 0;
    for (let at = from; ; at++) {
      const code = text.charCodeAt(at);
      if (code === characters.newline || code === characters.carriageReturn) indent = 0;
      else if (code === characters.space) indent++;
      else if (code === characters.tab) indent += 8;
      else {
        if (indent < this.indent) giveUp();
        return at;
      }
    }
  }

  private continueLine(at: number): number {
    const { text } = this;
    let end = at + 1;
    if (text.charCodeAt(end) === characters.carriageReturn) end++;
    if (text.charCodeAt(end) !== characters.newline) giveUp();
    end++;
    let next = end;
    while (text.charCodeAt(next) === characters.space || text.charCodeAt(next) === characters.tab) next++;
    const code = text.charCodeAt(next);
    if (Number.isNaN(code) || code === characters.newline || code === characters.carriageReturn) giveUp();
    if (code === characters.hash || code === characters.backslash) giveUp();
    // Before a string the scanner of tree-sitter skips it.
    if (!this.isStringAt(next)) this.leaf(Kind.lineContinuation, at, end);
    return next;
  }

  private isStringAt(start: number): boolean {
    let at = start;
    while (/^[rbuftRBUFT]$/.test(this.text.charAt(at))) at++;
    return classes[this.text.charCodeAt(at)] === Class.quote;
  }

  private read(code: number, at: number): void {
    const { text } = this;
    if (Number.isNaN(code)) {
      if (this.brackets > 0) giveUp();
      return this.found(Kind.newline, at, at);
    }
    if (code > 127) giveUp();
    switch (classes[code]) {
      case Class.letter: {
        let end = at + 1;
        let hash = code;
        let next = text.charCodeAt(end);
        while (isLetterOrDigit(next)) {
          hash = (Math.imul(hash, 31) + next) | 0;
          next = text.charCodeAt(++end);
        }
        if (next > 127) giveUp();
        if (classes[next] === Class.quote) {
          if (end - at > 2) giveUp();
          return this.found(Kind.stringStart, at, this.openingEnd(end));
        }
        const keyword = end - at <= longestKeyword ? keywords.get(hash) : undefined;
        const isKeyword =
          keyword !== undefined && keyword.word.length === end - at && text.startsWith(keyword.word, at);
        return this.found(isKeyword ? keyword.kind : Kind.identifier, at, end);
      }
      case Class.digit:
        return this.readNumber(at);
      case Class.quote:
        return this.found(Kind.stringStart, at, this.openingEnd(at));
      default:
    }
    const second = text.charCodeAt(at + 1);
    if (code === 46) {
      if (classes[second] === Class.digit) return this.readNumber(at);
      if (second === 46 && text.charCodeAt(at + 2) === 46) return this.found(Kind.ellipsis, at, at + 3);
      return this.found(Kind.dot, at, at + 1);
    }
    // `!r` in the braces of an f-string.
    if (code === 33 && this.brackets > 0 && second >= 97 && second <= 122)
      return this.found(Kind.typeConversion, at, at + 2);
    const one = punctuation.get(code);
    if (second < 128) {
      const pair = code * 128 + second;
      const two = punctuation.get(pair);
      if (two !== undefined) {
        const third = text.charCodeAt(at + 2);
        const three = third < 128 ? punctuation.get(pair * 128 + third) : undefined;
        return three === undefined ? this.found(two, at, at + 2) : this.found(three, at, at + 3);
      }
      if (code === 60 && second === 62) giveUp();
    }
    this.found(one ?? giveUp(), at, at + 1);
  }

  /** The offset behind the quotes that open a string. */
  private openingEnd(at: number): number {
    const { text } = this;
    const quote = text.charCodeAt(at);
    return text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote ? at + 3 : at + 1;
  }

  private readNumber(at: number): void {
    numbers.lastIndex = at;
    const match = numbers.exec(this.text);
    const end = match === null ? giveUp() : at + match[0].length;
    const next = this.text.charCodeAt(end);
    if (isLetterOrDigit(next) || next > 127 || match?.[0].includes('__') === true) giveUp();
    this.found(match?.[1] === undefined ? Kind.integer : Kind.float, at, end);
  }

  /** Reads on to the next line of code: its indentation and the comments before it. */
  protected endLine(): void {
    const { text, pending } = this;
    pending.length = 0;
    let indent = 0;
    let at = this.tokenEnd;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === characters.newline) indent = 0;
      else if (code === characters.space) indent++;
      else if (code === characters.tab) indent += 8;
      else if (code === characters.carriageReturn) {
        if (text.charCodeAt(at + 1) !== characters.newline) giveUp();
        indent = 0;
      } else if (code === characters.hash) {
        const end = lineEnd(text, at);
        pending.push({ start: at, end, indent });
        at = end - 1;
        indent = 0;
      } else if (code === characters.backslash) giveUp();
      else {
        this.nextIndent = Number.isNaN(code) ? 0 : indent;
        this.tokenEnd = at;
        this.token = Kind.nothing;
        return;
      }
    }
  }

  /** Reads the first token of a line, once its comments are taken. */
  protected beginLine(): void {
    if (this.tokenEnd >= this.text.length) this.found(Kind.eof, this.text.length, this.text.length);
    else this.read(this.text.charCodeAt(this.tokenEnd), this.tokenEnd);
  }
}

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
};

/** As tree-sitter's grammar has them, but for what ends in an `l`; the group stands for floating point. */
const numbers =
  /0[xX](?:_?[\da-fA-F]){1,400}|0[oO](?:_?[0-7]){1,400}|0[bB](?:_?[01]){1,400}|(?:\d[\d_]{0,400})?(\.(?:\d[\d_]{0,400})?(?:[eE][-+]?\d[\d_]{0,400})?|[eE][-+]?\d[\d_]{0,400})[jJ]?|\d[\d_]{0,400}[jJ]?/y;

/** Copies a part of an array to another place, with a number added to each entry. */
function copyMoved(from: Int32Array, first: number, last: number, to: Int32Array, added: number, moved: number): void {
  if (added === 0) to.set(from.subarray(first, last), first + moved);
  else for (let index = first; index < last; index++) to[index + moved] = (from[index] ?? 0) + added;
}

/** Arrays of a short text grow to where they need not grow again soon. */
const leastGrowth = 1024;

function grown<T extends Uint8Array | Int32Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2 + leastGrowth);
  larger.set(array);
  return larger;
}
