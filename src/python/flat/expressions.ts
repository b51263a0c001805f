import { Kind, Role } from './kinds';
import { giveUp } from './lexer';
import { Strings } from './strings';

/** How tightly binary operators bind; 0 for other tokens. */
const strengths = new Uint8Array(256);
for (const [strength, kinds] of [
  [14, [Kind.pipe]],
  [15, [Kind.ampersand]],
  [16, [Kind.caret]],
  [17, [Kind.shiftLeft, Kind.shiftRight]],
  [18, [Kind.plus, Kind.minus]],
  [19, [Kind.star, Kind.slash, Kind.slashSlash, Kind.percent, Kind.at]],
  [21, [Kind.starStar]],
] as const) {
  for (const kind of kinds) strengths[kind] = strength;
}
const power = 21;
/** Longer chains of operators make a tree that is too deep. */
const longestChain = 150;

/** Reads expressions. Each method leaves one node on the stack, at the mark where it began. */
export abstract class Expressions extends Strings {
  /** Any expression, without commas. */
  protected expression(): void {
    this.enter();
    const mark = this.top;
    if (this.token === Kind.kLambda) this.lambda();
    else {
      const isName = this.token === Kind.identifier;
      this.disjunction();
      if (this.token === Kind.walrus) {
        if (!isName || this.kindAt(mark) !== Kind.identifier) giveUp();
        this.setRole(mark, Role.name);
        this.take();
        const value = this.top;
        this.expressionAs(Role.value);
        // tree-sitter may take the name for the left side of the condition.
        if (this.kindAt(value) === Kind.conditionalExpression) giveUp();
        this.finish(Kind.namedExpression, mark);
      } else if (this.token === Kind.kIf) {
        this.take();
        this.disjunction();
        this.expect(Kind.kElse);
        this.expression();
        this.finish(Kind.conditionalExpression, mark);
      }
    }
    this.leave();
  }

  protected expressionAs(role: Role): void {
    const mark = this.top;
    this.expression();
    this.setRole(mark, role);
  }

  /** An expression without `if … else` at its end, as in comprehensions. */
  private withoutCondition(): void {
    if (this.token === Kind.kLambda) giveUp();
    this.disjunction();
    if (this.token === Kind.walrus) giveUp();
  }

  protected fieldExpression(): void {
    this.expressions();
    if (this.token === Kind.walrus) giveUp();
  }

  private lambda(): void {
    const mark = this.top;
    this.take();
    if (this.token !== Kind.colon) {
      const parameters = this.top;
      this.parameterList(Kind.colon, false);
      this.finish(Kind.lambdaParameters, parameters);
      this.setRole(parameters, Role.parameters);
    }
    this.expect(Kind.colon);
    this.expressionAs(Role.body);
    this.finish(Kind.lambda, mark);
  }

  protected abstract parameterList(end: number, isTyped: boolean): void;

  private disjunction(): void {
    this.enter();
    const mark = this.top;
    this.conjunction();
    for (let links = 0; this.token === Kind.kOr; links++) {
      if (links > longestChain) giveUp();
      this.wrapOperator(mark);
      const right = this.top;
      this.conjunction();
      this.setRole(right, Role.right);
      this.finish(Kind.booleanOperator, mark);
    }
    this.leave();
  }

  private conjunction(): void {
    const mark = this.top;
    this.inversion();
    for (let links = 0; this.token === Kind.kAnd; links++) {
      if (links > longestChain) giveUp();
      this.wrapOperator(mark);
      const right = this.top;
      this.inversion();
      this.setRole(right, Role.right);
      this.finish(Kind.booleanOperator, mark);
    }
  }

  /** Names the parts of an operation whose left side is read, and takes the operator. */
  private wrapOperator(mark: number): void {
    this.setRole(mark, Role.left);
    const operator = this.top;
    this.take();
    this.setRole(operator, Role.operator);
  }

  private inversion(): void {
    if (this.token !== Kind.kNot) return this.comparison();
    this.enter();
    const mark = this.top;
    this.take();
    const argument = this.top;
    this.inversion();
    this.setRole(argument, Role.argument);
    this.finish(Kind.notOperator, mark);
    this.leave();
  }

  private comparison(): void {
    const mark = this.top;
    this.operation(1);
    if (!this.isComparison()) return;
    while (this.isComparison()) {
      const operator = this.top;
      const isNot = this.token === Kind.kNot;
      const isIs = this.token === Kind.kIs;
      this.take();
      if (isNot) {
        this.expect(Kind.kIn);
        this.finish(Kind.notIn, operator);
      } else if (isIs && this.token === (Kind.kNot as number)) {
        this.take();
        this.finish(Kind.isNot, operator);
      }
      this.setRole(operator, Role.operators);
      this.operation(1);
    }
    this.finish(Kind.comparisonOperator, mark);
  }

  private isComparison(): boolean {
    const { token } = this;
    return (
      (token >= Kind.less && token <= Kind.notEqual) || token === Kind.kIs || token === Kind.kNot || token === Kind.kIn
    );
  }

  /** Binary operations that bind at least as tightly as this. */
  protected operation(least: number): void {
    this.enter();
    const mark = this.top;
    this.operand();
    for (let links = 0; ; links++) {
      const strength = strengths[this.token] ?? 0;
      if (strength < least || strength === 0) break;
      if (links > longestChain) giveUp();
      this.wrapOperator(mark);
      const right = this.top;
      this.operation(strength === power ? power : strength + 1);
      this.setRole(right, Role.right);
      this.finish(Kind.binaryOperator, mark);
    }
    this.leave();
  }

  private operand(): void {
    const mark = this.top;
    switch (this.token) {
      case Kind.plus:
      case Kind.minus:
      case Kind.tilde: {
        this.take();
        this.setRole(mark, Role.operator);
        const argument = this.top;
        this.operation(power);
        this.setRole(argument, Role.argument);
        return this.finish(Kind.unaryOperator, mark);
      }
      case Kind.kAwait:
        this.take();
        this.operation(power);
        return this.finish(Kind.await, mark);
      case Kind.star: {
        this.take();
        this.splatName();
        return this.finish(Kind.listSplat, mark);
      }
      default:
        this.primary();
    }
  }

  /** A name behind a `*`; of anything longer there are two readings. */
  private splatName(): void {
    this.expect(Kind.identifier);
    const { token } = this;
    if (!this.isAtEnd() && token !== Kind.comma && token !== Kind.equals && token !== Kind.kIn) giveUp();
  }

  /** A name, literal or bracket with what is looked up in it or called. */
  private primary(): void {
    const mark = this.top;
    this.atom();
    for (let links = 0; ; links++) {
      if (links > longestChain) giveUp();
      switch (this.token) {
        case Kind.dot: {
          this.setRole(mark, Role.object);
          this.take();
          const name = this.top;
          this.expect(Kind.identifier);
          this.setRole(name, Role.attribute);
          this.finish(Kind.attribute, mark);
          break;
        }
        case Kind.parenOpen: {
          this.setRole(mark, Role.function);
          const list = this.top;
          this.callArguments();
          this.setRole(list, Role.arguments);
          this.finish(Kind.call, mark);
          break;
        }
        case Kind.bracketOpen:
          this.setRole(mark, Role.value);
          this.subscripts();
          this.finish(Kind.subscript, mark);
          break;
        default:
          return;
      }
    }
  }

  private atom(): void {
    switch (this.token) {
      case Kind.identifier:
      case Kind.integer:
      case Kind.float:
      case Kind.true:
      case Kind.false:
      case Kind.none:
      case Kind.ellipsis:
        return this.take();
      case Kind.stringStart:
        return this.strings();
      case Kind.parenOpen:
        return this.parentheses();
      case Kind.bracketOpen:
        return this.listDisplay();
      case Kind.braceOpen:
        return this.braces();
      default:
        giveUp();
    }
  }

  /** Takes an opening bracket; line ends are blanks until `closeBracket`. */
  protected openBracket(kind: number): void {
    if (this.token !== kind) giveUp();
    this.enter();
    this.brackets++;
    this.take();
  }

  protected closeBracket(kind: number): void {
    if (this.token !== kind) giveUp();
    this.brackets--;
    this.leave();
    this.take();
  }

  private parentheses(): void {
    const mark = this.top;
    this.openBracket(Kind.parenOpen);
    let kind: number = Kind.tuple;
    if (this.token === Kind.kYield) {
      this.yield();
      kind = Kind.parenthesizedExpression;
    } else if (this.token !== (Kind.parenClose as number)) {
      const first = this.top;
      const isSplat = this.token === (Kind.star as number);
      if (isSplat) this.splat(Kind.listSplat);
      else this.expression();
      if (this.token === (Kind.kFor as number) || this.token === (Kind.kAsync as number)) {
        if (isSplat) giveUp();
        this.setRole(first, Role.body);
        this.comprehension();
        kind = Kind.generatorExpression;
      } else if (this.token === (Kind.comma as number)) this.moreElements(Kind.parenClose);
      else {
        if (isSplat) giveUp();
        kind = Kind.parenthesizedExpression;
      }
    }
    this.closeBracket(Kind.parenClose);
    this.finish(kind, mark);
  }

  private listDisplay(): void {
    const mark = this.top;
    this.openBracket(Kind.bracketOpen);
    let kind: number = Kind.list;
    if (this.token !== Kind.bracketClose) {
      const first = this.top;
      this.firstElement();
      if (this.token === (Kind.kFor as number) || this.token === (Kind.kAsync as number)) {
        this.setRole(first, Role.body);
        this.comprehension();
        kind = Kind.listComprehension;
      } else this.moreElements(Kind.bracketClose);
    }
    this.closeBracket(Kind.bracketClose);
    this.finish(kind, mark);
  }

  /** The first expression in a list or set; behind a `*` only a name or a pair of brackets has one reading. */
  private firstElement(): void {
    if (this.token !== Kind.star) return this.expression();
    const mark = this.top;
    this.take();
    const { token } = this;
    if (token === (Kind.parenOpen as number) || token === (Kind.bracketOpen as number)) {
      this.atom();
      if (!this.isAtEnd() && this.token !== (Kind.comma as number)) giveUp();
    } else this.splatName();
    this.finish(Kind.listSplat, mark);
  }

  /** A further expression in a list or set, or any in a tuple: a `*` belongs to all of it. */
  private element(): void {
    if (this.token === Kind.star) this.splat(Kind.listSplat);
    else this.expression();
  }

  private splat(kind: number): void {
    const mark = this.top;
    this.take();
    this.expression();
    this.finish(kind, mark);
  }

  private moreElements(end: number): void {
    while (this.token === Kind.comma) {
      this.take();
      if (this.token === end) return;
      this.element();
    }
  }

  private braces(): void {
    const mark = this.top;
    this.openBracket(Kind.braceOpen);
    let kind: number = Kind.dictionary;
    if (this.token !== Kind.braceClose) {
      const first = this.top;
      if (this.pairOrElement()) {
        if (this.token === (Kind.kFor as number) || this.token === (Kind.kAsync as number)) {
          if (this.kindAt(first) !== Kind.pair) giveUp();
          this.setRole(first, Role.body);
          this.comprehension();
          kind = Kind.dictionaryComprehension;
        } else {
          while (this.token === (Kind.comma as number)) {
            this.take();
            if (this.token === Kind.braceClose) break;
            if (!this.pairOrElement()) giveUp();
          }
        }
      } else if (this.token === (Kind.kFor as number) || this.token === (Kind.kAsync as number)) {
        this.setRole(first, Role.body);
        this.comprehension();
        kind = Kind.setComprehension;
      } else {
        this.moreElements(Kind.braceClose);
        kind = Kind.set;
      }
    }
    this.closeBracket(Kind.braceClose);
    this.finish(kind, mark);
  }

  /** @returns true for what belongs in a dictionary */
  private pairOrElement(): boolean {
    if (this.token === Kind.starStar) {
      this.splat(Kind.dictionarySplat);
      return true;
    }
    const mark = this.top;
    this.firstElement();
    if (this.token !== Kind.colon) return false;
    this.setRole(mark, Role.key);
    this.take();
    this.expressionAs(Role.value);
    this.finish(Kind.pair, mark);
    return true;
  }

  /** The clauses of a comprehension. */
  private comprehension(): void {
    for (;;) {
      const mark = this.top;
      if (this.token === Kind.kAsync || this.token === Kind.kFor) {
        if (this.token === Kind.kAsync) this.take();
        this.expect(Kind.kFor);
        this.target();
        this.expect(Kind.kIn);
        const right = this.top;
        this.withoutCondition();
        this.setRole(right, Role.right);
        if (this.token === (Kind.comma as number)) giveUp();
        this.finish(Kind.forInClause, mark);
      } else if (this.token === Kind.kIf) {
        this.take();
        this.withoutCondition();
        this.finish(Kind.ifClause, mark);
      } else return;
    }
  }

  /** What a `for` binds. */
  protected target(): void {
    const mark = this.top;
    this.operation(30);
    this.asTarget(mark);
    if (this.token === Kind.comma) {
      while (this.token === (Kind.comma as number)) {
        this.take();
        if (this.token === (Kind.kIn as number)) break;
        const next = this.top;
        this.operation(30);
        this.asTarget(next);
      }
      this.finish(Kind.patternList, mark);
    }
    this.setRole(mark, Role.left);
  }

  protected callArguments(): void {
    const mark = this.top;
    this.openBracket(Kind.parenOpen);
    let kind: number = Kind.argumentList;
    const first = this.top;
    if (this.token !== Kind.parenClose) {
      this.argument();
      if (this.token === (Kind.kFor as number) || this.token === (Kind.kAsync as number)) {
        if (!this.isExpressionAt(first)) giveUp();
        this.setRole(first, Role.body);
        this.comprehension();
        kind = Kind.generatorExpression;
      } else {
        while (this.token === (Kind.comma as number)) {
          this.take();
          if (this.token === Kind.parenClose) break;
          this.argument();
        }
      }
    }
    this.closeBracket(Kind.parenClose);
    this.finish(kind, mark);
  }

  /** False for the arguments that are nothing else. */
  private isExpressionAt(mark: number): boolean {
    const kind = this.kindAt(mark);
    return kind !== Kind.keywordArgument && kind !== Kind.listSplat && kind !== Kind.dictionarySplat;
  }

  private argument(): void {
    switch (this.token) {
      case Kind.star:
        return this.splat(Kind.listSplat);
      case Kind.starStar:
        return this.splat(Kind.dictionarySplat);
      case Kind.identifier:
        if (this.isEqualsAhead()) {
          const mark = this.top;
          this.take();
          this.setRole(mark, Role.name);
          this.take();
          this.expressionAs(Role.value);
          return this.finish(Kind.keywordArgument, mark);
        }
        return this.expression();
      default:
        this.expression();
    }
  }

  private subscripts(): void {
    this.openBracket(Kind.bracketOpen);
    if (this.token === Kind.bracketClose) giveUp();
    for (;;) {
      const mark = this.top;
      if (this.token !== Kind.colon) this.expression();
      if (this.token === Kind.colon) this.slice(mark);
      this.setRole(mark, Role.subscript);
      if (this.token !== Kind.comma) break;
      this.take();
      if (this.token === (Kind.bracketClose as number)) break;
    }
    this.closeBracket(Kind.bracketClose);
  }

  private slice(mark: number): void {
    for (let colons = 0; this.token === Kind.colon; colons++) {
      if (colons === 2) giveUp();
      this.take();
      if (
        this.token !== (Kind.colon as number) &&
        this.token !== (Kind.comma as number) &&
        this.token !== (Kind.bracketClose as number)
      )
        this.expression();
    }
    this.finish(Kind.slice, mark);
  }

  protected yield(): void {
    const mark = this.top;
    this.take();
    if (this.token === Kind.kFrom) {
      this.take();
      this.expression();
    } else if (!this.isAtEnd()) this.expressions();
    this.finish(Kind.yield, mark);
  }

  /** True where an expression that may be left out is left out. */
  protected isAtEnd(): boolean {
    const { token } = this;
    return (
      token === Kind.newline ||
      token === Kind.semicolon ||
      token === Kind.parenClose ||
      token === Kind.braceClose ||
      token === Kind.bracketClose
    );
  }

  /** One expression, or a list of them. */
  protected expressions(): void {
    const mark = this.top;
    this.expression();
    if (this.token !== Kind.comma) return;
    while (this.token === (Kind.comma as number)) {
      this.take();
      if (this.isAtEnd() || this.token === (Kind.equals as number) || this.token === (Kind.colon as number)) break;
      this.expression();
    }
    this.finish(Kind.expressionList, mark);
  }

  /** An annotation. */
  protected type(role: Role): void {
    this.enter();
    const mark = this.top;
    if (this.token === Kind.identifier && this.characterAhead() === 91) {
      if (this.isWord('exec') || this.isWord('print') || this.isWord('match')) giveUp();
      this.take();
      this.typeParameters();
      this.finish(Kind.genericType, mark);
    } else {
      if (this.token === Kind.star || this.token === Kind.starStar) giveUp();
      this.expression();
    }
    this.finish(Kind.type, mark);
    while (this.token === Kind.pipe || this.token === Kind.dot) {
      if (this.token === Kind.dot) giveUp();
      this.take();
      this.singleType();
      this.finish(Kind.unionType, mark);
      this.finish(Kind.type, mark);
    }
    this.setRole(mark, role);
    this.leave();
  }

  private singleType(): void {
    const mark = this.top;
    if (this.token === Kind.identifier && this.characterAhead() === 91) {
      if (this.isWord('exec') || this.isWord('print') || this.isWord('match')) giveUp();
      this.take();
      this.typeParameters();
      this.finish(Kind.genericType, mark);
    } else this.expression();
    this.finish(Kind.type, mark);
  }

  private typeParameters(): void {
    const mark = this.top;
    this.openBracket(Kind.bracketOpen);
    for (;;) {
      this.type(Role.none);
      if (this.token !== Kind.comma) break;
      this.take();
      if (this.token === (Kind.bracketClose as number)) break;
    }
    this.closeBracket(Kind.bracketClose);
    this.finish(Kind.typeParameter, mark);
  }
}
