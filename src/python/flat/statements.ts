import { Expressions } from './expressions';
import { Kind, Role } from './kinds';
import { giveUp } from './lexer';

/** Reads statements within a line. */
export abstract class Statements extends Expressions {
  /** The statements of a line, up to its end. */
  protected simpleStatements(): void {
    for (;;) {
      this.simpleStatement();
      if (this.token !== Kind.semicolon) break;
      this.take();
      if (this.token === (Kind.newline as number)) break;
    }
    if (this.token !== Kind.newline) giveUp();
    this.endLine();
  }

  private simpleStatement(): void {
    const mark = this.top;
    switch (this.token) {
      case Kind.kImport:
        this.take();
        this.importList(Kind.newline);
        return this.finish(Kind.importStatement, mark);
      case Kind.kFrom:
        return this.importFrom();
      case Kind.kAssert:
        this.take();
        this.expression();
        while (this.token === (Kind.comma as number)) {
          this.take();
          this.expression();
        }
        return this.finish(Kind.assertStatement, mark);
      case Kind.kReturn:
        this.take();
        if (!this.isAtEnd()) this.expressions();
        return this.finish(Kind.returnStatement, mark);
      case Kind.kDel:
        this.take();
        this.expressions();
        return this.finish(Kind.deleteStatement, mark);
      case Kind.kRaise:
        this.take();
        if (!this.isAtEnd()) {
          this.expression();
          if (this.token === (Kind.comma as number)) giveUp();
          if (this.token === (Kind.kFrom as number)) {
            this.take();
            this.expressionAs(Role.cause);
          }
        }
        return this.finish(Kind.raiseStatement, mark);
      case Kind.kPass:
        this.take();
        return this.finish(Kind.passStatement, mark);
      case Kind.kBreak:
        this.take();
        return this.finish(Kind.breakStatement, mark);
      case Kind.kContinue:
        this.take();
        return this.finish(Kind.continueStatement, mark);
      case Kind.kGlobal:
        return this.names(Kind.globalStatement);
      case Kind.kNonlocal:
        return this.names(Kind.nonlocalStatement);
      default:
        this.expressionStatement();
    }
  }

  private names(kind: number): void {
    const mark = this.top;
    this.take();
    this.expect(Kind.identifier);
    while (this.token === Kind.comma) {
      this.take();
      this.expect(Kind.identifier);
    }
    this.finish(kind, mark);
  }

  private importFrom(): void {
    const mark = this.top;
    this.take();
    const module = this.top;
    if (this.token === Kind.identifier && this.isWord('__future__')) {
      this.takeAs(Kind.kFuture);
      this.expect(Kind.kImport);
      if (this.token === (Kind.parenOpen as number)) this.bracketedImports();
      else this.importList(Kind.newline);
      return this.finish(Kind.futureImportStatement, mark);
    }
    if (this.token === Kind.dot || this.token === Kind.ellipsis) this.relativeImport();
    else this.dottedName();
    this.setRole(module, Role.moduleName);
    this.expect(Kind.kImport);
    if (this.token === (Kind.star as number)) {
      const star = this.top;
      this.take();
      this.finish(Kind.wildcardImport, star);
    } else if (this.token === (Kind.parenOpen as number)) this.bracketedImports();
    else this.importList(Kind.newline);
    this.finish(Kind.importFromStatement, mark);
  }

  private relativeImport(): void {
    const mark = this.top;
    while (this.token === Kind.dot || this.token === Kind.ellipsis) {
      for (let at = this.tokenStart; at < this.tokenEnd; at++) this.leaf(Kind.dot, at, at + 1);
      this.next();
    }
    this.finish(Kind.importPrefix, mark);
    if (this.token === Kind.identifier) this.dottedName();
    this.finish(Kind.relativeImport, mark);
  }

  private dottedName(): void {
    const mark = this.top;
    this.expect(Kind.identifier);
    while (this.token === Kind.dot) {
      this.take();
      this.expect(Kind.identifier);
    }
    this.finish(Kind.dottedName, mark);
  }

  private bracketedImports(): void {
    this.openBracket(Kind.parenOpen);
    this.importList(Kind.parenClose);
    this.closeBracket(Kind.parenClose);
  }

  private importList(end: number): void {
    for (;;) {
      const mark = this.top;
      this.dottedName();
      if (this.token === Kind.kAs) {
        this.setRole(mark, Role.name);
        this.take();
        const alias = this.top;
        this.expect(Kind.identifier);
        this.setRole(alias, Role.alias);
        this.finish(Kind.aliasedImport, mark);
      }
      this.setRole(mark, Role.name);
      if (this.token !== Kind.comma) return;
      this.take();
      if (this.token === end) return;
    }
  }

  /** Words that begin a statement of their own in some versions of Python, and are names in others. */
  private checkSoftKeyword(): void {
    if (this.token !== Kind.identifier) return;
    if (this.isWord('print') || this.isWord('exec') || this.isWord('type') || this.isWord('match')) {
      const next = this.characterAhead();
      const isCall = next === 40 && !this.isWord('match');
      if (!isCall && next !== 46 && !this.isEqualsAhead()) giveUp();
    }
  }

  private expressionStatement(): void {
    this.checkSoftKeyword();
    const mark = this.top;
    const isType = this.isWord('type') && !this.isEqualsAhead();
    this.rightSide(false);
    // `type(one).name = other` is taken for a type alias.
    if (isType && this.kindAt(mark) === Kind.assignment) giveUp();
    this.finish(Kind.expressionStatement, mark);
  }

  /**
   * An expression, a list of them, or an assignment.
   * @param isRight false for the statement itself, whose list is not a node
   */
  private rightSide(isRight: boolean): void {
    this.enter();
    const mark = this.top;
    if (this.token === Kind.kYield) this.yield();
    else {
      this.expression();
      const isList = this.token === Kind.comma;
      if (isList) {
        while (this.token === Kind.comma) {
          this.take();
          if (this.isAtEnd()) {
            // tree-sitter may look for more targets on the next line.
            if (!isRight && this.isTargetAt(mark)) giveUp();
            break;
          }
          if (this.token === (Kind.equals as number)) break;
          this.expression();
        }
      }
      const isAssigned = this.token === Kind.equals || this.token === Kind.colon || this.isAugmented();
      if (isList && (isRight || isAssigned)) this.finish(Kind.expressionList, mark);
      if (isAssigned) this.assignment(mark);
    }
    this.leave();
  }

  /** True for an expression that might be assigned to. */
  private isTargetAt(mark: number): boolean {
    return this.kindAt(mark) !== Kind.call;
  }

  private isAugmented(): boolean {
    return this.token >= Kind.plusEquals && this.token <= Kind.atEquals;
  }

  private assignment(mark: number): void {
    this.asTarget(mark);
    this.setRole(mark, Role.left);
    let kind: number = Kind.assignment;
    if (this.isAugmented()) {
      kind = Kind.augmentedAssignment;
      const operator = this.top;
      this.take();
      this.setRole(operator, Role.operator);
      this.rightSideAs();
    } else {
      const isTyped = this.token === Kind.colon;
      if (isTyped) {
        this.take();
        this.type(Role.type);
      }
      if (this.token === Kind.equals) {
        this.take();
        this.rightSideAs();
      } else if (!isTyped) giveUp();
    }
    this.finish(kind, mark);
  }

  private rightSideAs(): void {
    const right = this.top;
    this.rightSide(true);
    this.setRole(right, Role.right);
  }

  protected parameterList(end: number, isTyped: boolean): void {
    for (;;) {
      this.parameter(isTyped);
      if (this.token !== Kind.comma) return;
      this.take();
      if (this.token === end) return;
    }
  }

  private parameter(isTyped: boolean): void {
    const mark = this.top;
    switch (this.token) {
      case Kind.slash:
        this.take();
        return this.finish(Kind.positionalSeparator, mark);
      case Kind.star:
        this.take();
        if (this.token === (Kind.comma as number)) return this.finish(Kind.keywordSeparator, mark);
        this.expect(Kind.identifier);
        this.finish(Kind.listSplatPattern, mark);
        return this.typed(mark, isTyped, false);
      case Kind.starStar:
        this.take();
        this.expect(Kind.identifier);
        this.finish(Kind.dictionarySplatPattern, mark);
        return this.typed(mark, isTyped, false);
      default:
        this.expect(Kind.identifier);
        this.typed(mark, isTyped, true);
    }
  }

  /** What may stand behind a parameter's name. */
  private typed(mark: number, isTyped: boolean, hasDefault: boolean): void {
    const hasType = isTyped && this.token === Kind.colon;
    if (hasType) {
      this.take();
      this.type(Role.type);
    }
    if (this.token === Kind.equals) {
      if (!hasDefault) giveUp();
      this.setRole(mark, Role.name);
      this.take();
      this.expressionAs(Role.value);
      this.finish(hasType ? Kind.typedDefaultParameter : Kind.defaultParameter, mark);
    } else if (hasType) this.finish(Kind.typedParameter, mark);
  }
}
