import { LineStarts } from '../line-starts';
import type { Node, Point } from '../node';
import { isNamedKind, Kind, kindNames, roleNames } from './kinds';
import type { ReadStatement } from './read-statement';

/** A tree in arrays: one entry a node, children before their parents. */
export interface FlatNodes {
  readonly text: string;
  readonly kinds: Uint8Array;
  readonly roles: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly parents: Int32Array;
  /** Where the children of a node begin in `children`, and how many there are. */
  readonly firsts: Int32Array;
  readonly counts: Int32Array;
  readonly children: Int32Array;
  /** The nodes that hold an error, and those that the parser has put in where something is missing. */
  readonly broken: ReadonlySet<number>;
  readonly missing: ReadonlySet<number>;
}

const pieceBits = 7;

/** Hands out the nodes of a tree; an object is made when a node is first looked at. */
export class FlatTree {
  readonly text: string;
  readonly root: Node;
  /** The nodes that were looked at, in pieces: most of a tree is not looked at, and a long array costs much to collect. */
  private readonly made: ((FlatNode | undefined)[] | undefined)[];
  readonly lines: LineStarts;

  /** @param statements its statements, by which a parser that reads the text after an edit copies what is unchanged */
  constructor(
    readonly nodes: FlatNodes,
    readonly statements: readonly ReadStatement[] = [],
  ) {
    this.text = nodes.text;
    this.made = new Array<(FlatNode | undefined)[] | undefined>((nodes.kinds.length >> pieceBits) + 1);
    this.lines = new LineStarts(nodes.text);
    this.root = this.node(nodes.kinds.length - 1);
  }

  node(id: number): FlatNode {
    // With the length from the start, since they are not filled in order.
    const piece = (this.made[id >> pieceBits] ??= new Array<FlatNode | undefined>(1 << pieceBits));
    return (piece[id & ((1 << pieceBits) - 1)] ??= new FlatNode(this, id));
  }
}

class FlatNode implements Node {
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly isNamed: boolean;
  private named: readonly FlatNode[] | null = null;

  constructor(
    private readonly tree: FlatTree,
    readonly id: number,
  ) {
    const { kinds, starts, ends } = tree.nodes;
    const kind = kinds[id] ?? Kind.nothing;
    this.type = kindNames[kind] ?? '';
    this.isNamed = isNamedKind(kind);
    this.startIndex = starts[id] ?? 0;
    this.endIndex = ends[id] ?? 0;
  }

  get hasError(): boolean {
    return this.tree.nodes.broken.has(this.id);
  }

  get isError(): boolean {
    return this.type === kindNames[Kind.error];
  }

  get isMissing(): boolean {
    return this.tree.nodes.missing.has(this.id);
  }

  get text(): string {
    return this.tree.text.slice(this.startIndex, this.endIndex);
  }

  get startPosition(): Point {
    return this.tree.lines.pointAt(this.startIndex);
  }

  get endPosition(): Point {
    return this.tree.lines.pointAt(this.endIndex);
  }

  get parent(): FlatNode | null {
    const parent = this.tree.nodes.parents[this.id] ?? -1;
    return parent < 0 ? null : this.tree.node(parent);
  }

  get childCount(): number {
    return this.tree.nodes.counts[this.id] ?? 0;
  }

  get children(): FlatNode[] {
    return Array.from({ length: this.childCount }, (_, index) => this.tree.node(this.childId(index)));
  }

  get namedChildren(): readonly FlatNode[] {
    if (this.named === null) {
      const named: FlatNode[] = [];
      const count = this.childCount;
      for (let index = 0; index < count; index++) {
        const id = this.childId(index);
        if (this.isNamedAt(id)) named.push(this.tree.node(id));
      }
      this.named = named;
    }
    return this.named;
  }

  get namedChildCount(): number {
    return this.namedChildren.length;
  }

  get firstChild(): FlatNode | null {
    return this.childCount === 0 ? null : this.tree.node(this.childId(0));
  }

  get firstNamedChild(): FlatNode | null {
    return this.namedChildren[0] ?? null;
  }

  get lastNamedChild(): FlatNode | null {
    return this.namedChildren.at(-1) ?? null;
  }

  get nextNamedSibling(): FlatNode | null {
    return this.namedSibling(1);
  }

  get previousNamedSibling(): FlatNode | null {
    return this.namedSibling(-1);
  }

  /** The innermost node around a part of the text; the node itself if no child holds all of it. */
  descendantForIndex(start: number, end = start): FlatNode {
    const { starts, ends } = this.tree.nodes;
    let node = this.id;
    for (;;) {
      const child = this.childAround(node, start, end);
      if (child === -1 || (starts[child] ?? 0) > start || (ends[child] ?? 0) < end) return this.tree.node(node);
      node = child;
    }
  }

  /** The first child that ends behind the start, and not before the end; -1 for none. */
  private childAround(node: number, start: number, end: number): number {
    const { ends, starts, firsts, counts, children } = this.tree.nodes;
    const first = firsts[node] ?? 0;
    let low = first;
    let high = first + (counts[node] ?? 0);
    const last = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[children[middle] ?? 0] ?? 0) < end) low = middle + 1;
      else high = middle;
    }
    for (; low < last; low++) {
      const child = children[low] ?? 0;
      const childEnd = ends[child] ?? 0;
      if (starts[child] === childEnd ? childEnd >= start : childEnd > start) return child;
    }
    return -1;
  }

  /** The nodes of some types within this one, itself included, in source order. */
  descendantsOfType(types: string | readonly string[]): FlatNode[] {
    const wanted = typeof types === 'string' ? [types] : types;
    // `yield` is the name of an expression and of its keyword.
    const kinds = [...kindNames.keys()].filter((kind) => wanted.includes(kindNames[kind] ?? ''));
    const found: FlatNode[] = [];
    this.collect(this.id, kinds, found);
    return found;
  }

  private collect(id: number, wanted: readonly number[], found: FlatNode[]): void {
    const { kinds, firsts, counts, children } = this.tree.nodes;
    if (wanted.includes(kinds[id] ?? 0)) found.push(this.tree.node(id));
    const first = firsts[id] ?? 0;
    const last = first + (counts[id] ?? 0);
    for (let index = first; index < last; index++) this.collect(children[index] ?? 0, wanted, found);
  }

  childForFieldName(name: string): FlatNode | null {
    const role = roleNames.indexOf(name);
    const { roles } = this.tree.nodes;
    const count = role <= 0 ? 0 : this.childCount;
    for (let index = 0; index < count; index++) {
      const id = this.childId(index);
      if (roles[id] === role) return this.tree.node(id);
    }
    return null;
  }

  childrenForFieldName(name: string): FlatNode[] {
    const role = roleNames.indexOf(name);
    const { roles } = this.tree.nodes;
    return role <= 0 ? [] : this.children.filter(({ id }) => roles[id] === role);
  }

  /** The field of its parent that this node is; null for none. */
  get role(): string | null {
    const role = this.tree.nodes.roles[this.id] ?? 0;
    return role === 0 ? null : (roleNames[role] ?? null);
  }

  private childId(index: number): number {
    const { firsts, children } = this.tree.nodes;
    return children[(firsts[this.id] ?? 0) + index] ?? 0;
  }

  private isNamedAt(id: number): boolean {
    return isNamedKind(this.tree.nodes.kinds[id] ?? 0);
  }

  private namedSibling(step: number): FlatNode | null {
    const siblings = this.parent?.namedChildren ?? [];
    const index = siblings.indexOf(this);
    return index === -1 ? null : (siblings[index + step] ?? null);
  }
}
