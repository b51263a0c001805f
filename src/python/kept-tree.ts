import type { Node as ParserNode, Range } from 'web-tree-sitter';
import { LineStarts } from './line-starts';
import type { Node, Point } from './node';
import { KeptStandings } from './standings';
import type { ProbedNode } from './tangled';
import type { TextChange } from './text-change';

/**
 * A syntax tree that survives edits. Its nodes are made when they are first looked at, and those outside of an edit are kept:
 * reading a node that is known costs no call of the parser.
 */
export class KeptTree {
  readonly root: Node & ProbedNode;
  private readonly top: KeptNode;
  lines: LineStarts;
  private words: KeptStandings | null = null;
  /** The parser's nodes by the ids of ours. Those of an earlier tree would hold on to it and its text. */
  private originals = new Map<number, ParserNode>();
  private ids = 0;

  constructor(
    public text: string,
    root: ParserNode,
  ) {
    this.lines = new LineStarts(text);
    this.top = new KeptNode(this, null, 0, root);
    this.root = this.top;
  }

  nextId(): number {
    return ++this.ids;
  }

  /** The offsets at which an identifier stands in the text. */
  standings(name: string): readonly number[] {
    return (this.words ??= new KeptStandings(this.text)).of(name);
  }

  originalOf(id: number): ParserNode | undefined {
    return this.originals.get(id);
  }

  setOriginal(id: number, original: ParserNode): void {
    this.originals.set(id, original);
  }

  /**
   * Takes over the tree of the edited text.
   * @param root the root of the tree after the edit; the tree before is not read any more
   * @param different where the structure of the two differs, in the edited text
   */
  update(text: string, root: ParserNode, change: TextChange, different: readonly Range[]): void {
    this.text = text;
    this.lines = new LineStarts(text);
    this.words?.update(text, change);
    this.originals = new Map();
    this.top.update(root, { ...change, shift: change.newEnd - change.oldEnd, different });
  }
}

interface TreeChange extends TextChange {
  readonly shift: number;
  readonly different: readonly Range[];
}

const noNodes: readonly KeptNode[] = [];

class KeptNode implements Node {
  readonly id: number;
  type: string;
  isNamed: boolean;
  hasError: boolean;
  startIndex: number;
  endIndex: number;
  private all: readonly KeptNode[] | null = null;
  private named: readonly KeptNode[] | null = null;
  /** How many nodes there are in it, if its children are known. */
  private size = 0;
  private fields: Map<string, KeptNode | null> | null = null;
  private severalFields: Map<string, readonly KeptNode[]> | null = null;

  constructor(
    private readonly owner: KeptTree,
    readonly parent: KeptNode | null,
    /** Its place among its parent's children. */
    private index: number,
    raw: ParserNode,
  ) {
    this.id = owner.nextId();
    owner.setOriginal(this.id, raw);
    this.type = raw.type;
    this.isNamed = raw.isNamed;
    this.startIndex = raw.startIndex;
    this.endIndex = raw.endIndex;
    this.hasError = parent?.hasError !== false && raw.hasError;
  }

  get startPosition(): Point {
    return this.owner.lines.pointAt(this.startIndex);
  }

  get endPosition(): Point {
    return this.owner.lines.pointAt(this.endIndex);
  }

  get text(): string {
    return this.owner.text.slice(this.startIndex, this.endIndex);
  }

  get isError(): boolean {
    return this.type === 'ERROR';
  }

  get isMissing(): boolean {
    return this.original().isMissing;
  }

  get descendantCount(): number {
    return this.original().descendantCount;
  }

  get children(): readonly KeptNode[] {
    if (this.all !== null) return this.all;
    const raw = this.original();
    const found = raw.children;
    this.size = raw.descendantCount;
    return (this.all =
      found.length === 0 ? noNodes : found.map((child, index) => new KeptNode(this.owner, this, index, child)));
  }

  get namedChildren(): readonly KeptNode[] {
    return (this.named ??= this.children.filter(({ isNamed }) => isNamed));
  }

  get childCount(): number {
    return this.all?.length ?? this.original().childCount;
  }

  get namedChildCount(): number {
    return this.named?.length ?? this.original().namedChildCount;
  }

  get firstChild(): KeptNode | null {
    return this.children[0] ?? null;
  }

  get firstNamedChild(): KeptNode | null {
    return this.namedChildren[0] ?? null;
  }

  get lastNamedChild(): KeptNode | null {
    return this.namedChildren.at(-1) ?? null;
  }

  get nextNamedSibling(): KeptNode | null {
    return this.sibling(this.original().nextNamedSibling);
  }

  get previousNamedSibling(): KeptNode | null {
    return this.sibling(this.original().previousNamedSibling);
  }

  childForFieldName(name: string): KeptNode | null {
    let found = this.fields?.get(name);
    if (found === undefined) {
      const child = this.original().childForFieldName(name);
      found = child === null ? null : this.wrapped(child);
      (this.fields ??= new Map()).set(name, found);
    }
    return found;
  }

  childrenForFieldName(name: string): readonly KeptNode[] {
    let found = this.severalFields?.get(name);
    if (found === undefined) {
      found = this.original()
        .childrenForFieldName(name)
        .map((child) => this.wrapped(child));
      (this.severalFields ??= new Map()).set(name, found);
    }
    return found;
  }

  /** The smallest node that holds a span, as the parser finds it. */
  descendantForIndex(start: number, end = start): KeptNode {
    const inner = this.childOver(start, end);
    return inner === null ? this : inner.descendantForIndex(start, end);
  }

  /** All nodes of these types in it, itself included, in the order of the text. */
  descendantsOfType(types: string | readonly string[]): readonly KeptNode[] {
    const wanted = typeof types === 'string' ? [types] : types;
    const found: KeptNode[] = [];
    const visit = (node: KeptNode): void => {
      if (wanted.includes(node.type)) found.push(node);
      for (const child of node.children) visit(child);
    };
    visit(this);
    return found;
  }

  walk(): ReturnType<ParserNode['walk']> {
    return this.original().walk();
  }

  /** Makes it the node `raw` of the edited tree; what lies outside of the edit is kept. */
  update(raw: ParserNode, change: TreeChange): void {
    this.owner.setOriginal(this.id, raw);
    this.type = raw.type;
    this.isNamed = raw.isNamed;
    this.startIndex = raw.startIndex;
    this.endIndex = raw.endIndex;
    this.hasError = this.parent?.hasError !== false && raw.hasError;
    this.named = null;
    this.fields = null;
    this.severalFields = null;
    const before = this.all;
    if (before === null) return;
    this.size = raw.descendantCount;
    const after = raw.children;
    const shorter = Math.min(before.length, after.length);
    let first = 0;
    while (first < shorter && before[first]?.isKept(after[first], change) === true) first++;
    let last = 0;
    while (last < shorter - first && before.at(-1 - last)?.isKept(after.at(-1 - last), change) === true) last++;
    this.all = after.map((child, index) => {
      const isTail = index >= after.length - last;
      const old = isTail ? before[index - after.length + before.length] : before[index];
      const isBefore = index < first;
      if (old !== undefined && (isBefore || isTail)) {
        old.moveTo(index, child);
        return old;
      }
      if (old !== undefined && index < before.length - last && old.type === child.type) {
        old.index = index;
        old.update(child, change);
        return old;
      }
      return new KeptNode(this.owner, this, index, child);
    });
  }

  /** True if the edit and what followed from it lie outside of this node, which then looks as `raw` does. */
  private isKept(raw: ParserNode | undefined, change: TreeChange): boolean {
    if (raw === undefined) return false;
    const behind = this.startIndex > change.oldEnd;
    if (!behind && this.endIndex >= change.start) return false;
    const shift = behind ? change.shift : 0;
    const start = this.startIndex + shift;
    const end = this.endIndex + shift;
    if (raw.startIndex !== start || raw.endIndex !== end) return false;
    if (change.different.some(({ startIndex, endIndex }) => startIndex <= end && endIndex >= start)) return false;
    if (raw.type !== this.type || raw.isNamed !== this.isNamed || raw.hasError !== this.hasError) return false;
    return this.all === null || raw.descendantCount === this.size;
  }

  private moveTo(index: number, raw: ParserNode): void {
    this.index = index;
    this.owner.setOriginal(this.id, raw);
    const shift = raw.startIndex - this.startIndex;
    if (shift !== 0) this.shiftBy(shift);
  }

  private shiftBy(shift: number): void {
    this.startIndex += shift;
    this.endIndex += shift;
    for (const child of this.all ?? noNodes) child.shiftBy(shift);
  }

  /** The parser's node in the tree as it is now. */
  private original(): ParserNode {
    let raw = this.owner.originalOf(this.id);
    if (raw !== undefined) return raw;
    raw = this.parent?.original().child(this.index) ?? undefined;
    if (raw === undefined) throw new Error('a kept node is not in its tree');
    this.owner.setOriginal(this.id, raw);
    return raw;
  }

  /** The parser passes over empty nodes, so it is asked. */
  private sibling(raw: ParserNode | null): KeptNode | null {
    return raw === null ? null : (this.parent?.wrapped(raw) ?? null);
  }

  private wrapped(raw: ParserNode): KeptNode {
    const found = this.children.find(
      (child) =>
        child.startIndex === raw.startIndex && child.endIndex === raw.endIndex && child.original().id === raw.id,
    );
    if (found === undefined) throw new Error('a field is not among the children of its node');
    return found;
  }

  /** The first child that holds a span. An empty node holds the span at its place. */
  private childOver(start: number, end: number): KeptNode | null {
    const { children } = this;
    let low = 0;
    let high = children.length;
    // The ends of children never go back.
    while (low < high) {
      const middle = (low + high) >> 1;
      const child = children[middle] as KeptNode;
      const isLeft =
        child.endIndex < end ||
        (child.startIndex === child.endIndex ? child.endIndex < start : child.endIndex <= start);
      if (isLeft) low = middle + 1;
      else high = middle;
    }
    const child = children[low];
    return child === undefined || child.startIndex > start ? null : child;
  }
}
