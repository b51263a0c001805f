import { Kind, Role } from './kinds';
import { giveUp, Lexer } from './lexer';

const backslash = 92;
const braceOpen = 123;
const braceClose = 125;
const newline = 10;

/** Letters before a string; template strings are new. */
const knownPrefixes = new Set(['', 'r', 'b', 'u', 'f', 'rb', 'br', 'rf', 'fr']);

/** What stands behind a backslash in an escape sequence. */
const escapes = /u[a-fA-F\d]{4}|U[a-fA-F\d]{8}|x[a-fA-F\d]{2}|\d{1,3}|\r?\n|['"abfrntv\\]|N\{[^}]{1,200}\}/y;

/** Reads strings: their pieces, escapes, and the expressions in f-strings. */
export abstract class Strings extends Lexer {
  /** What may stand in the braces of an f-string. */
  protected abstract fieldExpression(): void;

  /** One string after another. */
  protected strings(): void {
    const mark = this.top;
    this.string();
    if (this.token !== Kind.stringStart) return;
    while (this.token === Kind.stringStart) this.string();
    this.finish(Kind.concatenatedString, mark);
  }

  private string(): void {
    const mark = this.top;
    const { text, tokenStart, tokenEnd } = this;
    const quote = text.charCodeAt(tokenEnd - 1);
    // The quotes before the token may end another string.
    const quotes = tokenEnd - 3 >= tokenStart && text.charCodeAt(tokenEnd - 2) === quote ? 3 : 1;
    const prefix = text.slice(tokenStart, tokenEnd - quotes).toLowerCase();
    if (!knownPrefixes.has(prefix)) giveUp();
    this.leaf(Kind.stringStart, tokenStart, tokenEnd);
    const end = this.pieces(tokenEnd, quote, quotes === 3, prefix);
    this.leaf(Kind.stringEnd, end, end + quotes);
    this.next(end + quotes);
    this.finish(Kind.string, mark);
  }

  /** @returns the offset of the closing quotes */
  private pieces(from: number, quote: number, isLong: boolean, prefix: string): number {
    const { text } = this;
    const isFormat = prefix.includes('f');
    const isRaw = prefix.includes('r');
    let start = from;
    let mark = this.top;
    // The scanner of tree-sitter takes a raw string of nothing but escapes for a part of its end.
    let isPlain = !isRaw;
    const content = (end: number): void => {
      if (end > start && !isPlain) giveUp();
      if (end > start) this.finishSpan(Kind.stringContent, mark, start, end);
    };
    for (let at = from; ; ) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        if (!isLong || (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote)) {
          content(at);
          return at;
        }
        at += isLong && text.charCodeAt(at + 1) === quote ? 2 : 1;
        isPlain = !isRaw;
      } else if (code === backslash) {
        at = isRaw ? this.skipRaw(at) : this.escape(at, prefix);
      } else if (isFormat && (code === braceOpen || code === braceClose)) {
        if (text.charCodeAt(at + 1) === code) {
          if (at > start && !isPlain) giveUp();
          this.leaf(Kind.escapeInterpolation, at, at + 2);
          at += 2;
          isPlain = !isRaw;
        } else if (code === braceClose) giveUp();
        else {
          content(at);
          at = this.field(at, Kind.interpolation);
          isPlain = !isRaw;
          start = at;
          mark = this.top;
        }
      } else if ((code === newline && !isLong) || Number.isNaN(code)) giveUp();
      else {
        isPlain = true;
        at++;
      }
    }
  }

  private skipRaw(at: number): number {
    const next = this.text.charCodeAt(at + 1);
    if (next === 13) giveUp();
    // Quotes, backslashes and line ends are part of the string; what else stands there is looked at by itself.
    return next === 39 || next === 34 || next === backslash || next === newline ? at + 2 : at + 1;
  }

  private escape(at: number, prefix: string): number {
    if (prefix.includes('b') && /[NuU]/.test(this.text.charAt(at + 1))) giveUp();
    escapes.lastIndex = at + 1;
    const match = escapes.exec(this.text);
    if (match === null) {
      this.leaf(Kind.backslash, at, at + 1);
      return at + 1;
    }
    const end = at + 1 + match[0].length;
    this.leaf(Kind.escapeSequence, at, end);
    return end;
  }

  /** @returns the offset behind the closing brace */
  private field(at: number, kind: number): number {
    this.enter();
    const mark = this.top;
    this.leaf(Kind.braceOpen, at, at + 1);
    this.brackets++;
    this.next(at + 1);
    const expression = this.top;
    this.fieldExpression();
    this.setRole(expression, Role.expression);
    if (this.token === Kind.equals) this.take();
    if (this.token === Kind.typeConversion) {
      const conversion = this.top;
      this.take();
      this.setRole(conversion, Role.typeConversion);
    }
    if (this.token === Kind.colon) this.formatSpecifier();
    if (this.token !== Kind.braceClose) giveUp();
    this.leaf(Kind.braceClose, this.tokenStart, this.tokenEnd);
    this.brackets--;
    const end = this.tokenEnd;
    this.finish(kind, mark);
    this.leave();
    return end;
  }

  private formatSpecifier(): void {
    const { text } = this;
    const start = this.tokenStart;
    const mark = this.top;
    this.leaf(Kind.colon, start, start + 1);
    for (let at = start + 1; ; ) {
      const code = text.charCodeAt(at);
      if (code === braceOpen) at = this.field(at, Kind.formatExpression);
      else if (code === braceClose) {
        this.finishSpan(Kind.formatSpecifier, mark, start, at);
        this.setRole(mark, Role.formatSpecifier);
        this.next(at);
        return;
      } else if (code === newline || Number.isNaN(code)) giveUp();
      else at++;
    }
  }
}
