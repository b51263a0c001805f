import type { TextChange } from '../text-change';
import type { FlatNodes } from './flat-tree';
import type { Move } from './lexer';
import type { PendingComment, ReadStatement } from './read-statement';
import { Statements } from './statements';

/** The nodes of a text before an edit, with its statements. */
export interface EditedNodes {
  readonly nodes: FlatNodes;
  readonly statements: readonly ReadStatement[];
  readonly change: TextChange;
}

/** Where the reading of a statement begins. */
interface StatementStart {
  readonly start: number;
  readonly node: number;
  readonly child: number;
  readonly mark: number;
  readonly errors: number;
  readonly inner: number;
}

/** Statements of fewer nodes are read again as fast as they are copied. */
const fewestNodes = 24;
/** The reader looks at no more characters than these behind the end of the token ahead. */
const charactersAhead = 4;

/** Copies statements that an edit did not touch from the nodes of the text before. */
export abstract class Copies extends Statements {
  /** The statements that were read or copied, each behind those within it. */
  protected statements: ReadStatement[] = [];
  private edited: EditedNodes | null = null;
  private readonly byStart = new Map<number, number>();

  /** @param edited null for a text that is read once, whose statements need not be remembered */
  protected beginCopies(edited: EditedNodes | null): void {
    this.statements = [];
    this.edited = edited;
    for (const [index, { start }] of edited?.statements.entries() ?? []) this.byStart.set(start, index);
  }

  /** The nodes of the text before are not needed any more. */
  protected endCopies(): void {
    this.edited = null;
    this.statements = [];
    this.byStart.clear();
  }

  /** The nodes that were read. Those before the edit give way to the next ones. */
  protected taken(): FlatNodes {
    return this.edited === null ? this.collected() : this.handedOver(this.edited.nodes);
  }

  protected startOfStatement(): StatementStart {
    const { tokenStart, count, childCount, top, errorCount, statements } = this;
    return {
      start: tokenStart,
      node: count,
      child: childCount,
      mark: top,
      errors: errorCount,
      inner: statements.length,
    };
  }

  /** Remembers a statement that was read, unless something in it is broken. */
  protected remember(from: StatementStart): void {
    const { count, childCount, top, stack, token, tokenStart, tokenEnd, nextIndent } = this;
    if (this.edited === null || count - from.node < fewestNodes || this.errorCount > from.errors || this.brackets > 0)
      return;
    this.statements.push({
      start: from.start,
      indent: this.indent,
      depth: this.depth,
      firstNode: from.node,
      lastNode: count,
      firstChild: from.child,
      lastChild: childCount,
      loose: Array.from(stack.subarray(from.mark, top)),
      firstInner: from.inner,
      token,
      tokenStart,
      tokenEnd,
      nextIndent,
      pending: [...this.pending],
    });
  }

  /** Takes over the statement that begins with the token ahead; false, with nothing done, if it must be read. */
  protected copyStatement(): boolean {
    const { edited } = this;
    if (edited === null || this.pending.length > 0 || this.brackets > 0) return false;
    const { start, oldEnd, newEnd } = edited.change;
    const at = this.tokenStart;
    const isBehind = at >= newEnd;
    if (!isBehind && at >= start) return false;
    const shift = isBehind ? newEnd - oldEnd : 0;
    const index = this.byStart.get(at - shift) ?? -1;
    const found = edited.statements[index];
    if (found === undefined || found.indent !== this.indent || found.depth !== this.depth) return false;
    // What was looked at must be as it was: behind the change all is, up to the end of the text.
    if (!isBehind && found.tokenEnd + charactersAhead > start) return false;
    this.copy(edited, found, index, shift);
    return true;
  }

  private copy({ nodes, statements }: EditedNodes, found: ReadStatement, index: number, shift: number): void {
    const moved = { shift, node: this.count - found.firstNode, child: this.childCount - found.firstChild };
    this.copyNodes(nodes, found, moved);
    const inner = this.statements.length - found.firstInner;
    const isInPlace = shift === 0 && moved.node === 0 && moved.child === 0 && inner === 0;
    for (let each = found.firstInner; each <= index; each++) {
      const statement = statements[each];
      if (statement !== undefined) this.statements.push(isInPlace ? statement : movedBy(statement, moved, inner));
    }
    this.token = found.token;
    this.tokenStart = found.tokenStart + shift;
    this.tokenEnd = found.tokenEnd + shift;
    this.nextIndent = found.nextIndent;
    for (const comment of found.pending) this.pending.push(movedComment(comment, shift));
  }
}

const movedComment = ({ start, end, indent }: PendingComment, shift: number): PendingComment => ({
  start: start + shift,
  end: end + shift,
  indent,
});

const movedBy = (statement: ReadStatement, { shift, node, child }: Move, inner: number): ReadStatement => ({
  start: statement.start + shift,
  indent: statement.indent,
  depth: statement.depth,
  firstNode: statement.firstNode + node,
  lastNode: statement.lastNode + node,
  firstChild: statement.firstChild + child,
  lastChild: statement.lastChild + child,
  loose: node === 0 ? statement.loose : statement.loose.map((id) => id + node),
  firstInner: statement.firstInner + inner,
  token: statement.token,
  tokenStart: statement.tokenStart + shift,
  tokenEnd: statement.tokenEnd + shift,
  nextIndent: statement.nextIndent,
  pending:
    statement.pending.length === 0 ? statement.pending : statement.pending.map((each) => movedComment(each, shift)),
});
