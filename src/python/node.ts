/** A place in a text; rows and columns start at 0, columns count UTF-16 code units. */
export interface Point {
  readonly row: number;
  readonly column: number;
}

/** A node of the syntax tree, with the types and fields of tree-sitter's grammar for Python. */
export interface Node {
  /** Tells the nodes of a tree apart. */
  readonly id: number;
  readonly type: string;
  readonly text: string;
  /** Offsets in the text, in UTF-16 code units. */
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: Point;
  readonly endPosition: Point;
  /** False for keywords and punctuation. */
  readonly isNamed: boolean;
  readonly hasError: boolean;
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly parent: Node | null;
  readonly childCount: number;
  readonly namedChildCount: number;
  readonly children: readonly Node[];
  readonly namedChildren: readonly Node[];
  readonly firstChild: Node | null;
  readonly firstNamedChild: Node | null;
  readonly lastNamedChild: Node | null;
  readonly nextNamedSibling: Node | null;
  readonly previousNamedSibling: Node | null;
  descendantForIndex(start: number, end?: number): Node | null;
  descendantsOfType(types: string | string[]): readonly Node[];
  childForFieldName(name: string): Node | null;
  childrenForFieldName(name: string): readonly Node[];
}
