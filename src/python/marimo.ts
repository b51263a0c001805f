import { dependencyOrder } from './dependency-order';
import { LineReader } from './line-reader';
import { countLines, type CellText } from './notebook';

/**
 * A cell of a marimo notebook, or other code of its file, as it stands in the module of all. Each of its lines is one of the
 * file, in their order.
 */
export interface MarimoPart extends CellText {
  /** The file's row of its first line. */
  readonly fileRow: number;
  /** For each line, the columns taken from its left; null for a line that is left out, as the header of a cell is. */
  readonly dedents: readonly (number | null)[];
  /** What stands before the statements of the cell in the file. */
  readonly indentation: string;
}

/**
 * The cells of a marimo notebook, which is a Python file of one function a cell: without the functions around them, and in the
 * order in which marimo may run them. Null for all other texts, also for those that only import marimo.
 * @param text Python, its lines ending with a line feed, with or without a carriage return before it
 */
export function marimoParts(text: string): readonly MarimoPart[] | null {
  const app = text.includes('marimo') ? appOf(text) : null;
  if (app === null) return null;
  const blocks = blocksOf(readLines(text), app);
  if (!blocks.some(({ kind }) => kind !== 'other')) return null;
  let firstRow = 0;
  return inRunningOrder(blocks).map((block) => {
    const part = { ...partOf(block), firstRow };
    firstRow += countLines(part.text);
    return part;
  });
}

/** The name of the notebook's app. Modal has an `App` too, with a decorator `function`. */
function appOf(text: string): string | null {
  const imported = /^(?:import[ \t]+marimo(?:[ \t]+as[ \t]+(\w+))?|(from)[ \t]+marimo[ \t]+import[ \t].*\bApp)\b/m.exec(
    text,
  );
  if (imported === null) return null;
  const [, alias = 'marimo', from] = imported;
  const [, name = null, owner] = /^(\w+)[ \t]*=[ \t]*(?:(\w+)\.)?App\(/m.exec(text) ?? [];
  return owner === (from === undefined ? alias : undefined) ? name : null;
}

/** A line of the file, and what a reader knows at its start. */
interface Line {
  readonly text: string;
  readonly atStatement: boolean;
  readonly inString: boolean;
  /** Where the first colon outside of brackets stands. */
  readonly colon: number | null;
}

type Kind = 'cell' | 'setup' | 'function' | 'other';

/** Lines of the file that belong together. */
interface Block {
  readonly kind: Kind;
  readonly fileRow: number;
  readonly lines: Line[];
}

const headerPattern = /^(?:@|with[ \t]+)(\w+)\.(cell|function|class_definition|setup)\b/;

const kinds: Readonly<Record<string, Kind>> = {
  cell: 'cell',
  setup: 'setup',
  function: 'function',
  class_definition: 'function',
};

function readLines(text: string): readonly Line[] {
  let reader = new LineReader();
  return text.split('\n').map((line) => {
    // No line in brackets begins like this: an earlier cell has one too many.
    if (!reader.inString && headerPattern.test(line)) reader = new LineReader();
    const { atStatement, inString } = reader;
    reader.read(line.endsWith('\r') ? line.slice(0, -1) : line);
    return { text: line, atStatement, inString, colon: reader.colon };
  });
}

function blocksOf(lines: readonly Line[], app: string): readonly Block[] {
  const blocks: Block[] = [];
  let block: Block = { kind: 'other', fileRow: 0, lines: [] };
  /** Whether the function or class that a decorator belongs to is still to come. */
  let open = false;
  /** The lines of decorators above those of marimo. */
  let decorators = -1;
  const start = (kind: Kind, row: number, above = 0): void => {
    const taken = block.lines.splice(block.lines.length - above);
    if (block.lines.length > 0) blocks.push(block);
    block = { kind, fileRow: row - above, lines: taken };
  };
  for (const [row, line] of lines.entries()) {
    if (line.atStatement && /^[^\s#]/.test(line.text)) {
      const [, name, way = ''] = headerPattern.exec(line.text) ?? [];
      if (name === app) {
        start(kinds[way] ?? 'other', row, Math.max(decorators, 0));
        open = way !== 'setup';
      } else if (open && /^(?:@|(?:async[ \t]+)?def\b|class\b)/.test(line.text)) open = line.text.startsWith('@');
      else if (block.kind !== 'other') {
        start('other', row);
        open = false;
      }
      decorators = block.kind === 'other' && line.text.startsWith('@') ? Math.max(decorators, 0) : -1;
    }
    if (decorators >= 0) decorators++;
    block.lines.push(line);
  }
  start('other', lines.length);
  return blocks;
}

/** What all others see comes first: the head of the file, the setup cell, functions and classes. */
function inRunningOrder(blocks: readonly Block[]): readonly Block[] {
  const isLast = ({ kind, lines }: Block): boolean => kind === 'other' && lines[0]?.text.startsWith('if ') === true;
  const of = (kind: Kind): readonly Block[] => blocks.filter((block) => block.kind === kind && !isLast(block));
  return [
    ...of('other'),
    ...of('setup'),
    ...of('function'),
    ...dependencyOrder(of('cell').map((cell) => ({ item: cell, ...namesOf(cell) }))),
    ...blocks.filter(isLast),
  ];
}

/** The row of a cell's header that ends it, and its statements. */
interface Layout {
  readonly headerEnd: number;
  /** The statement that gives its names to other cells: from this row on, before that. */
  readonly returns: { readonly start: number; readonly end: number } | null;
  readonly indentation: string;
}

function layoutOf({ kind, lines }: Block): Layout {
  const declaration =
    kind === 'setup' ? 0 : lines.findIndex(({ atStatement, text }) => atStatement && /^(?:async|def)\b/.test(text));
  const colon = lines.findIndex((line, row) => row >= declaration && line.colon !== null);
  const headerEnd = declaration === -1 || colon === -1 ? lines.length - 1 : colon;
  const isStatement = ({ atStatement, text }: Line): boolean => atStatement && /^\s*[^\s#]/.test(text);
  const first = lines.findIndex((line, row) => row > headerEnd && isStatement(line));
  const indentation = first === -1 ? '' : (/^[ \t]*/.exec(lines[first]?.text ?? '')?.[0] ?? '');
  const isOuter = (line: Line): boolean =>
    isStatement(line) && line.text.startsWith(indentation) && /\S/.test(line.text.charAt(indentation.length));
  const start = first === -1 ? -1 : lines.map(isOuter).lastIndexOf(true);
  if (start === -1 || !/^\s*return\b/.test(lines[start]?.text ?? '')) return { headerEnd, returns: null, indentation };
  const next = lines.findIndex(({ atStatement }, row) => row > start && atStatement);
  return { headerEnd, returns: { start, end: next === -1 ? lines.length : next }, indentation };
}

/** The names that a cell takes from others, and those that it gives them. */
function namesOf(cell: Block): { readonly takes: readonly string[]; readonly gives: readonly string[] } {
  const { headerEnd, returns } = layoutOf(cell);
  const textOf = (start: number, end: number): string =>
    cell.lines
      .slice(start, end)
      .map(({ text }) => text.replace(/#.*/, ''))
      .join(' ');
  const header = textOf(0, headerEnd + 1);
  const parameters = header.indexOf('(', header.search(/\bdef\b/));
  const given = returns === null ? '' : textOf(returns.start, returns.end);
  return {
    takes: parameters === -1 ? [] : wordsOf(header.slice(parameters)),
    gives: wordsOf(given.replace(/^\s*return\b/, '')),
  };
}

const wordsOf = (list: string): readonly string[] => list.split(/[\s,()*:]+/).filter((word) => word !== '');

function partOf(block: Block): Omit<MarimoPart, 'firstRow'> {
  const { kind, fileRow, lines } = block;
  const cut = kind === 'cell' || kind === 'setup' ? cutCell(block) : cutFunction(block);
  const parts = lines.map((line, row) => cut.line(line, row));
  return {
    fileRow,
    text: parts.map(({ text }) => text).join('\n'),
    dedents: parts.map(({ dedent }) => dedent),
    indentation: cut.indentation,
  };
}

interface Cut {
  readonly indentation: string;
  readonly line: (line: Line, row: number) => { readonly text: string; readonly dedent: number | null };
}

const leftOut = { text: '', dedent: null };

/** A cell without its header and without the last `return`. */
function cutCell(block: Block): Cut {
  const { headerEnd, returns, indentation } = layoutOf(block);
  const line: Cut['line'] = ({ text, inString, colon }, row) => {
    if (row < headerEnd) return leftOut;
    if (row === headerEnd) {
      const start = colon === null ? text.length : text.length - text.slice(colon + 1).trimStart().length;
      return start === text.length || /^return\b/.test(text.slice(start))
        ? leftOut
        : { text: text.slice(start), dedent: start };
    }
    // What a string holds is not indented with the code around it.
    const dedent = inString ? 0 : commonLength(text, indentation);
    if (returns !== null && row >= returns.start && row < returns.end)
      return { text: '', dedent: dedent === indentation.length ? dedent : null };
    return { text: text.slice(dedent), dedent };
  };
  return { indentation, line };
}

/** A function or class without marimo's decorator; other code as it is. */
function cutFunction({ kind, lines }: Block): Cut {
  const header = lines.findIndex(({ atStatement, text }) => atStatement && headerPattern.test(text));
  const next = lines.findIndex(({ atStatement }, row) => row > header && atStatement);
  const head = kind === 'other' ? 0 : next === -1 ? lines.length : next;
  return { indentation: '', line: ({ text }, row) => (row < head ? leftOut : { text, dedent: 0 }) };
}

function commonLength(text: string, indentation: string): number {
  let length = 0;
  while (length < indentation.length && text.charAt(length) === indentation.charAt(length)) length++;
  return length;
}
