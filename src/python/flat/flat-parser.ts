import type { Parser, TreeCursor } from 'web-tree-sitter';
import { endOfStatement } from './extent';
import { FlatTree, type FlatNodes } from './flat-tree';
import { Kind, kindNamed, Role, roleNamed } from './kinds';
import { giveUp, notFlat } from './lexer';
import { mostLooseParts } from '../tangled';
import type { TextChange } from '../text-change';
import { Copies, type EditedNodes } from './copies';

/**
 * A parser for the Python that almost all files are written in, many times faster than tree-sitter. Its trees are those of
 * tree-sitter's grammar, node by node. It gives up where a text is not valid, or may be read in several ways.
 */
export class FlatParser extends Copies {
  private pieceCount = 0;

  /** @param grammar reads single statements that are broken or not plain; without it, a text with one of them is left to others */
  constructor(private readonly grammar: Pick<Parser, 'parse'> | null = null) {
    super();
  }

  /** @returns null if the text is left to another parser */
  parse(text: string): FlatTree | null {
    return this.tree(text, null);
  }

  /**
   * Parses an edited text. Statements that the edit did not touch are copied.
   * @param previous the tree of the text before, which is no longer valid afterwards
   */
  reparse(previous: FlatTree, text: string, change: TextChange): FlatTree | null {
    return this.tree(text, { nodes: previous.nodes, statements: previous.statements, change });
  }

  private tree(text: string, edited: EditedNodes | null): FlatTree | null {
    this.beginCopies(edited);
    try {
      return new FlatTree(this.module(text), this.statements);
    } catch (error) {
      if (error === notFlat) return null;
      throw error;
    } finally {
      this.endCopies();
    }
  }

  private module(text: string): FlatNodes {
    this.begin(text);
    this.pieceCount = 0;
    this.endLine();
    if (this.nextIndent !== 0 && this.grammar === null) giveUp();
    while (this.settle(0)) this.anyStatement();
    for (const { start, end } of this.pending) this.leaf(Kind.comment, start, end);
    const start = this.top === 0 ? text.length : this.startAt(0);
    this.finishSpan(Kind.module, 0, start, text.length);
    return this.taken();
  }

  /**
   * Takes the comments before the next line that belong to a block, and reads its first token.
   * @returns false if the block ends
   */
  private settle(indent: number): boolean {
    const { pending } = this;
    // A token is ahead already.
    if (this.token !== Kind.nothing) return this.token !== Kind.eof;
    for (;;) {
      const [first] = pending;
      if (this.nextIndent < indent && (first === undefined || first.indent < indent)) return false;
      if (first === undefined) break;
      this.leaf(Kind.comment, first.start, first.end);
      pending.shift();
    }
    if (this.nextIndent > indent) {
      this.strayBlock();
      return this.settle(indent);
    }
    this.beginLine();
    return this.token !== (Kind.eof as number);
  }

  /** Lines that are indented further than their block, as an error that holds their statements. */
  private strayBlock(): void {
    if (this.grammar === null) giveUp();
    this.enter();
    const outer = this.indent;
    const mark = this.top;
    this.indent = this.nextIndent;
    while (this.settle(this.indent)) this.anyStatement();
    this.finishLine(Kind.error, mark);
    this.markError(mark);
    this.indent = outer;
    this.leave();
  }

  /** A statement, which tree-sitter reads if it is broken or not plain. */
  private anyStatement(): void {
    if (this.copyStatement()) return;
    const from = this.startOfStatement();
    const { pieceCount, indent } = this;
    const before = this.position();
    try {
      this.statement();
      // What was read by tree-sitter depends on more of the text.
      if (this.pieceCount === pieceCount) this.remember(from);
    } catch (error) {
      if (error !== notFlat || this.grammar === null) throw error;
      this.goBack(before);
      this.indent = indent;
      this.pending.length = 0;
      this.statements.length = from.inner;
      this.piece(this.grammar);
    }
  }

  private piece(grammar: Pick<Parser, 'parse'>): void {
    const start = this.tokenStart;
    const lineStart = this.text.lastIndexOf('\n', start - 1) + 1;
    const end = endOfStatement(this.text, start, this.indent);
    if (++this.pieceCount > mostPieces || end - start > longestPiece) giveUp();
    // What is indented is read as a block, so that its lines keep their indentation.
    const around = start > lineStart ? blockAround : '';
    const tree = grammar.parse(`${around}${this.text.slice(around === '' ? start : lineStart, end)}\n`);
    if (tree === null) giveUp();
    const cursor = tree.walk();
    try {
      const mark = this.top;
      const shift = (around === '' ? start : lineStart) - around.length;
      const { hasError, isError } = tree.rootNode;
      this.graftWithin(cursor, { around: around.length, shift, end, isBroken: hasError });
      if (this.top === mark) this.leaf(Kind.error, start, end);
      else if (isError) {
        if (this.top - mark > mostLooseParts) giveUp();
        this.finishSpan(Kind.error, mark, start, end);
      }
      if (isError || this.kindAt(mark) === (Kind.error as number)) this.markError(mark);
    } finally {
      cursor.delete();
      tree.delete();
    }
    this.tokenEnd = end;
    this.endLine();
  }

  /** Takes over what lies behind the line that was put before a piece. */
  private graftWithin(cursor: TreeCursor, piece: Piece): void {
    if (!cursor.gotoFirstChild()) return;
    do {
      const isAround = cursor.startIndex < piece.around;
      if (isAround ? cursor.endIndex > piece.around : isBodyOf(piece, cursor)) this.graftWithin(cursor, piece);
      else if (!isAround) this.graft(cursor, piece, 0);
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  /** Takes over a node of tree-sitter's with all that is in it. */
  private graft(cursor: TreeCursor, piece: Piece, depth: number): void {
    const mark = this.top;
    const kind = kindNamed(cursor.nodeType, cursor.nodeIsNamed);
    const field = cursor.currentFieldName;
    const start = cursor.startIndex + piece.shift;
    const end = Math.min(cursor.endIndex + piece.shift, piece.end);
    if (kind === null || depth > deepestPiece) giveUp();
    const isMissing = piece.isBroken && cursor.nodeIsMissing;
    if (cursor.gotoFirstChild()) {
      do this.graft(cursor, piece, depth + 1);
      while (cursor.gotoNextSibling());
      cursor.gotoParent();
      if (kind === (Kind.error as number) && this.top - mark > mostLooseParts) giveUp();
      this.finishSpan(kind, mark, start, end);
    } else this.leaf(kind, start, end);
    if (field !== null) this.setRole(mark, roleNamed(field));
    if (kind === (Kind.error as number)) this.markError(mark);
    if (isMissing) this.markMissing(mark);
  }

  private statement(): void {
    const mark = this.top;
    switch (this.token) {
      case Kind.kIf:
        return this.ifStatement();
      case Kind.kFor:
        return this.forStatement(mark);
      case Kind.kWhile:
        this.take();
        this.expressionAs(Role.condition);
        this.suite(Role.body);
        this.elseClause(Role.alternative);
        return this.finish(Kind.whileStatement, mark);
      case Kind.kTry:
        return this.tryStatement();
      case Kind.kWith:
        return this.withStatement(mark);
      case Kind.kDef:
        return this.functionDefinition(mark);
      case Kind.kClass:
        return this.classDefinition();
      case Kind.at:
        return this.decoratedDefinition();
      case Kind.kAsync:
        this.take();
        if (this.token === (Kind.kDef as number)) return this.functionDefinition(mark);
        if (this.token === (Kind.kFor as number)) return this.forStatement(mark);
        if (this.token === (Kind.kWith as number)) return this.withStatement(mark);
        return giveUp();
      default:
        this.simpleStatements();
    }
  }

  /** The colon, and the statements behind it or in the block below. */
  private suite(role: Role): void {
    this.expect(Kind.colon);
    if (this.token !== Kind.newline) {
      const mark = this.top;
      this.simpleStatements();
      this.finishLine(Kind.block, mark);
      return this.setRole(mark, role);
    }
    this.enter();
    const outer = this.indent;
    this.endLine();
    const indent = this.nextIndent;
    if (indent <= outer) giveUp();
    for (const { start, end } of this.pending) this.leaf(Kind.comment, start, end);
    this.pending.length = 0;
    this.indent = indent;
    const mark = this.top;
    while (this.settle(indent)) this.anyStatement();
    this.finishLine(Kind.block, mark);
    this.setRole(mark, role);
    this.indent = outer;
    this.leave();
  }

  /** True if the next line belongs to the block that is being read, and begins with this. */
  private isNext(kind: number): boolean {
    return this.settle(this.indent) && this.token === kind;
  }

  private ifStatement(): void {
    const mark = this.top;
    this.take();
    this.expressionAs(Role.condition);
    this.suite(Role.consequence);
    while (this.isNext(Kind.kElif)) {
      const clause = this.top;
      this.take();
      this.expressionAs(Role.condition);
      this.suite(Role.consequence);
      this.finish(Kind.elifClause, clause);
      this.setRole(clause, Role.alternative);
    }
    this.elseClause(Role.alternative);
    this.finish(Kind.ifStatement, mark);
  }

  private elseClause(role: Role): void {
    if (!this.isNext(Kind.kElse)) return;
    const mark = this.top;
    this.take();
    this.suite(Role.body);
    this.finish(Kind.elseClause, mark);
    this.setRole(mark, role);
  }

  /** @param mark where it begins: `async` may be taken */
  private forStatement(mark: number): void {
    this.take();
    this.target();
    this.expect(Kind.kIn);
    const right = this.top;
    this.expressions();
    this.setRole(right, Role.right);
    this.suite(Role.body);
    this.elseClause(Role.alternative);
    this.finish(Kind.forStatement, mark);
  }

  private tryStatement(): void {
    const mark = this.top;
    this.take();
    this.suite(Role.body);
    while (this.isNext(Kind.kExcept)) {
      const clause = this.top;
      this.take();
      if (this.token !== Kind.colon) {
        this.aliasedExpression();
        this.setRole(this.top - this.extrasOnTop() - 1, Role.value);
        if (this.token === (Kind.comma as number)) giveUp();
      }
      this.suite(Role.none);
      this.finish(Kind.exceptClause, clause);
    }
    this.elseClause(Role.none);
    if (this.isNext(Kind.kFinally)) {
      const clause = this.top;
      this.take();
      this.suite(Role.none);
      this.finish(Kind.finallyClause, clause);
    }
    this.finish(Kind.tryStatement, mark);
  }

  private extrasOnTop(): number {
    let count = 0;
    while (this.isExtraAt(this.top - 1 - count)) count++;
    return count;
  }

  /** `expression as name` */
  private aliasedExpression(): void {
    const mark = this.top;
    this.expression();
    if (this.token !== Kind.kAs) return;
    const kind = this.kindAt(mark);
    // The name may belong to the last part alone.
    if (kind === Kind.conditionalExpression || kind === Kind.lambda || kind === Kind.namedExpression) giveUp();
    this.take();
    const target = this.top;
    this.expression();
    this.finish(Kind.asPatternTarget, target);
    this.setRole(target, Role.alias);
    this.finish(Kind.asPattern, mark);
  }

  /** @param mark where it begins: `async` may be taken */
  private withStatement(mark: number): void {
    this.take();
    const clause = this.top;
    if (this.token !== Kind.parenOpen || !this.bracketedItems()) this.withItems(Kind.colon);
    this.finish(Kind.withClause, clause);
    this.suite(Role.body);
    this.finish(Kind.withStatement, mark);
  }

  /** The items in brackets; false, with nothing read, if the brackets belong to the first item. */
  private bracketedItems(): boolean {
    const before = this.position();
    this.openBracket(Kind.parenOpen);
    const first = this.top;
    const count = this.withItems(Kind.parenClose);
    const isOne = count === 1 && this.top - this.extrasOnTop() === first + 1;
    if (this.token === Kind.parenClose) {
      this.closeBracket(Kind.parenClose);
      if (this.token === (Kind.colon as number)) {
        // One item with a comma, or with a name, may be read in two ways.
        if (!isOne && count === 1) giveUp();
        if (count > 1) return true;
      }
    }
    this.goBack(before);
    return false;
  }

  /** @returns how many there are */
  private withItems(end: number): number {
    for (let count = 1; ; count++) {
      const item = this.top;
      this.aliasedExpression();
      this.setRole(item, Role.value);
      this.finish(Kind.withItem, item);
      if (this.token !== Kind.comma) return count;
      this.take();
      if (this.token === end) return count;
    }
  }

  private functionDefinition(mark: number): void {
    this.take();
    this.definedName();
    const parameters = this.top;
    this.openBracket(Kind.parenOpen);
    if (this.token !== Kind.parenClose) this.parameterList(Kind.parenClose, true);
    this.closeBracket(Kind.parenClose);
    this.finish(Kind.parameters, parameters);
    this.setRole(parameters, Role.parameters);
    if (this.token === Kind.arrow) {
      this.take();
      this.type(Role.returnType);
    }
    this.suite(Role.body);
    this.finish(Kind.functionDefinition, mark);
  }

  private definedName(): void {
    const name = this.top;
    this.expect(Kind.identifier);
    this.setRole(name, Role.name);
  }

  private classDefinition(): void {
    const mark = this.top;
    this.take();
    this.definedName();
    if (this.token === Kind.parenOpen) {
      const bases = this.top;
      this.callArguments();
      if (this.kindAt(bases) !== Kind.argumentList) giveUp();
      this.setRole(bases, Role.superclasses);
    }
    this.suite(Role.body);
    this.finish(Kind.classDefinition, mark);
  }

  private decoratedDefinition(): void {
    const mark = this.top;
    while (this.token === Kind.at) {
      const decorator = this.top;
      this.take();
      this.expression();
      if (this.token !== (Kind.newline as number)) giveUp();
      this.finishLine(Kind.decorator, decorator);
      this.endLine();
      if (!this.settle(this.indent)) giveUp();
    }
    const definition = this.top;
    if (this.token === Kind.kClass) this.classDefinition();
    else {
      if (this.token === Kind.kAsync) this.take();
      if (this.token !== Kind.kDef) giveUp();
      this.functionDefinition(definition);
    }
    this.setRole(definition, Role.definition);
    this.finish(Kind.decoratedDefinition, mark);
  }
}

/** Texts with more that is broken or not plain, or with longer or deeper pieces of it, are left to tree-sitter as a whole. */
const mostPieces = 100;
const longestPiece = 100_000;
const deepestPiece = 200;

const blockAround = 'class A:\n';

interface Piece {
  /** The length of the line that was put before it. */
  readonly around: number;
  /** From offsets in the piece to those in the text. */
  readonly shift: number;
  /** Where it ends, in the text. */
  readonly end: number;
  readonly isBroken: boolean;
}

/** True for the block of the line that was put before a piece. */
const isBodyOf = ({ around }: Piece, cursor: TreeCursor): boolean =>
  around > 0 && cursor.currentDepth === 2 && cursor.nodeType === 'block';
