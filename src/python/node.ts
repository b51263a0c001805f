import type { Node as ParserNode, Point } from 'web-tree-sitter';

/** What is read of a node of the syntax tree. The parser's own nodes are of this shape. */
export interface Node
  extends Pick<
    ParserNode,
    | 'id'
    | 'type'
    | 'text'
    | 'isNamed'
    | 'isError'
    | 'isMissing'
    | 'hasError'
    | 'startIndex'
    | 'endIndex'
    | 'childCount'
    | 'namedChildCount'
    | 'descendantCount'
    | 'walk'
  > {
  readonly startPosition: Point;
  readonly endPosition: Point;
  readonly parent: Node | null;
  readonly children: readonly Node[];
  readonly namedChildren: readonly Node[];
  readonly firstChild: Node | null;
  readonly firstNamedChild: Node | null;
  readonly lastNamedChild: Node | null;
  readonly nextNamedSibling: Node | null;
  readonly previousNamedSibling: Node | null;
  childForFieldName(name: string): Node | null;
  childrenForFieldName(name: string): readonly Node[];
  descendantForIndex(start: number, end?: number): Node | null;
  descendantsOfType(types: string | string[]): readonly Node[];
}
