/** A statement of a block as it was read: its nodes, and where the reader stood behind it. All offsets are those of its text. */
export interface ReadStatement {
  /** The offset of its first token. */
  readonly start: number;
  /** The indentation of its block, and how deep that is nested. */
  readonly indent: number;
  readonly depth: number;
  /** Its nodes and entries of `children`, each up to the one before the last number. */
  readonly firstNode: number;
  readonly lastNode: number;
  readonly firstChild: number;
  readonly lastChild: number;
  /** The nodes that have no parent within it: the statement itself, and comments behind it. */
  readonly loose: readonly number[];
  /** The first one of the statements within it, by its place among all; they stand before it. */
  readonly firstInner: number;
  /** What the reader knew behind it. */
  readonly token: number;
  readonly tokenStart: number;
  readonly tokenEnd: number;
  readonly nextIndent: number;
  readonly pending: readonly PendingComment[];
}

/** A comment between two statements, with what stands before it. */
export interface PendingComment {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
}
