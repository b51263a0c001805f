import * as v from 'valibot';
import { lenient, listOf, notJson, parseJson } from '../system/shapes';
import { strangeText } from '../system/strange-text';
import { withoutMagics, writesPython } from './magics';
import { cellSeconds, wallSeconds } from './cell-time';
import { failedRows, type FailedRows } from './failure';
import { keepsOutput } from './keeps-output';
import type { PythonParser, SyntaxTree } from './parser';

/** A code cell: its place among all cells of the notebook, from 0, and its text. */
export interface CodeCell {
  readonly index: number;
  readonly source: string;
  /** What a cell that trains, or imports Keras, printed when it last ran; left out where nothing is kept of it. */
  readonly printed?: string;
  /** How long its last run took, in seconds; left out where that is not recorded. */
  readonly seconds?: number;
  /** Where its last run failed; left out where it did not, or where that is not recorded. */
  readonly failed?: FailedRows;
}

/** A position in a text; rows and columns from 0, columns in UTF-16 code units. */
export interface TextPoint {
  readonly row: number;
  readonly column: number;
}

/** The cells of a notebook as one module, and the way back. */
interface JoinedCells<Part extends CellText> {
  readonly tree: SyntaxTree;
  /** The cell that a position of the module lies in, and the position within its text. */
  readonly locate: (point: TextPoint) => { readonly part: Part; readonly point: TextPoint };
  /** Cells that are not Python and were left out. */
  readonly skipped: readonly Part[];
}

/** The Python of one cell, and where it begins in the module of all. */
export interface CellText {
  readonly firstRow: number;
  readonly text: string;
}

/** A cell of a notebook file. */
interface NotebookPart extends CellText {
  readonly index: number;
  /** Columns that were taken from the left of every line. */
  readonly dedent: number;
}

/** The place of a position of a notebook's module: the cell, and the position in that. */
export const inCell = ({
  part,
  point,
}: {
  part: NotebookPart;
  point: TextPoint;
}): { cell: number; point: TextPoint } => ({
  cell: part.index,
  point: { row: point.row, column: point.column + part.dedent },
});

/** The text of a cell; most are kept as a list of lines. */
const sourceShape = v.union([
  v.string(),
  v.pipe(
    v.array(v.unknown()),
    v.transform((lines) => lines.filter((line) => typeof line === 'string').join('')),
  ),
]);

// Anything may stand for a cell: the places of the others must not change.
const cellsShape = listOf(
  lenient({
    cell_type: v.string(),
    source: sourceShape,
    input: sourceShape,
    outputs: v.unknown(),
    metadata: v.unknown(),
  }),
);

/** What a cell printed; pictures and results of other kinds are left out. */
const outputShape = lenient({ text: sourceShape });
const printedIn = (outputs: readonly unknown[]): string =>
  outputs.map((output) => v.parse(outputShape, output).text ?? '').join('');

/** An error, as formats 4 and 3 keep it. */
const errorShape = lenient({ output_type: v.string(), ename: v.string(), traceback: listOf(v.string()) });

function failureIn(outputs: readonly unknown[]): FailedRows | null {
  const error = outputs.find(isError);
  if (error === undefined) return null;
  const { ename, traceback } = v.parse(errorShape, error);
  return failedRows(ename ?? '', (traceback ?? []).join('\n'));
}

const isError = (output: unknown): boolean => /^(?:error|pyerr)$/.test(v.parse(errorShape, output).output_type ?? '');

const metadataShape = lenient({
  language_info: lenient({ name: v.string() }),
  kernelspec: lenient({ language: v.string() }),
});

const notebookShape = lenient({
  cells: cellsShape,
  /** Format 3 kept its cells in worksheets and called the source "input". */
  worksheets: listOf(lenient({ cells: cellsShape })),
  metadata: metadataShape,
});

/**
 * Reads the code cells of a notebook file.
 * @returns the cells, none if the notebook is in another language; or a sentence that says what is wrong
 */
export function readNotebook(json: string): readonly CodeCell[] | string {
  const notebook = parseJson(json);
  if (notebook === notJson) {
    return (
      strangeText(json) ??
      (json.trim() === ''
        ? 'It is empty: a notebook is JSON with a list of cells.'
        : 'It is not a notebook: its text is not valid JSON.')
    );
  }
  const { cells: ownCells, worksheets, metadata } = v.parse(notebookShape, notebook);
  const cells = ownCells ?? worksheets?.flatMap((sheet) => sheet.cells ?? []);
  if (cells === undefined) return 'It is not a notebook: it holds no cells.';
  if (!isPython(metadata)) return [];
  return cells.flatMap(({ cell_type, source, input, outputs, metadata: about }, index) => {
    const text = source ?? input;
    if (cell_type !== 'code' || text === null) return [];
    const printed = Array.isArray(outputs) && keepsOutput(text) ? printedIn(outputs) : '';
    const failed = Array.isArray(outputs) ? failureIn(outputs) : null;
    // A run that was cut short says nothing of how long a whole one takes.
    const isWhole = !Array.isArray(outputs) || !outputs.some(isError);
    const seconds = isWhole && keepsOutput(text) ? (cellSeconds(about) ?? wallSeconds(printed)) : null;
    return [
      {
        index,
        source: text,
        ...(printed === '' ? {} : { printed }),
        ...(seconds === null ? {} : { seconds }),
        ...(failed === null ? {} : { failed }),
      },
    ];
  });
}

function isPython({ language_info, kernelspec }: v.InferOutput<typeof metadataShape>): boolean {
  const language = language_info.name ?? kernelspec.language;
  return language === null || /^i?python\d*$/i.test(language);
}

/** The Python of the cells, in order; all that IPython alone understands is replaced, line by line. */
export function cellTexts(cells: readonly CodeCell[]): readonly NotebookPart[] {
  return placed(cells, pythonOf);
}

/**
 * The Python files that cells write with `%%writefile train.py`, each as the parts of a module of its own. A cell that appends
 * (`-a`) goes on with the file before it.
 */
export function writtenFiles(cells: readonly CodeCell[]): readonly WrittenFile[] {
  const files: { readonly name: string; readonly cells: CodeCell[] }[] = [];
  for (const { index, source } of cells) {
    const written = writesPython(source);
    if (written === null) continue;
    const cell = { index, source: written.body };
    const before = written.appends ? files.filter(({ name }) => name === written.name).at(-1) : undefined;
    if (before === undefined) files.push({ name: written.name, cells: [cell] });
    else before.cells.push(cell);
  }
  return files.map((file) => ({
    name: file.name,
    parts: placed(file.cells, (source) => ({ text: source.replace(/\r\n?/g, '\n'), dedent: 0 })),
  }));
}

/** A Python file that a notebook writes. */
interface WrittenFile {
  /** As it is written, with its folder. */
  readonly name: string;
  readonly parts: readonly NotebookPart[];
}

/** Joins the cells into one module; a cell that does not parse by itself is left out, and only it. */
export function joinParts<Part extends CellText>(
  parts: readonly Part[],
  parser: Pick<PythonParser, 'parse'>,
): JoinedCells<Part> {
  return joined(parts, isSound(parser), (before, text) => {
    before?.dispose();
    return parser.parse(text);
  });
}

/** A notebook that is edited: of what did not change, all is kept until the next time. */
export class KeptNotebook {
  private tree: SyntaxTree | null = null;
  private pythons = new Map<string, PythonText>();
  private sound = new Map<string, boolean>();

  constructor(private readonly parser: Pick<PythonParser, 'parse' | 'reparse'>) {}

  /** Joins the cells as they are now. The tree is valid until the next time. */
  join(cells: readonly CodeCell[]): JoinedCells<NotebookPart> {
    const pythons = new Map<string, PythonText>();
    const parts = placed(cells, (source) => kept(pythons, source, () => this.pythons.get(source) ?? pythonOf(source)));
    this.pythons = pythons;
    return this.joinParts(parts);
  }

  /** The same for cells whose Python is known. */
  joinParts<Part extends CellText>(parts: readonly Part[]): JoinedCells<Part> {
    const sound = new Map<string, boolean>();
    const isAlone = isSound(this.parser);
    const found = joined(
      parts,
      (text) => kept(sound, text, () => this.sound.get(text) ?? isAlone(text)),
      (_, text) => (this.tree = this.tree === null ? this.parser.parse(text) : this.parser.reparse(this.tree, text)),
    );
    // Cells are looked at one by one only while one of them is broken.
    if (sound.size > 0) this.sound = sound;
    return found;
  }

  dispose(): void {
    this.tree?.dispose();
    this.tree = null;
  }
}

/** The Python of one cell, and how many columns were taken from the left of every line. */
type PythonText = Pick<NotebookPart, 'text' | 'dedent'>;

const pythonOf = (source: string): PythonText => dedented(withoutMagics(source.replace(/\r\n?/g, '\n')));

function placed(cells: readonly CodeCell[], python: (source: string) => PythonText): readonly NotebookPart[] {
  const parts: NotebookPart[] = [];
  let firstRow = 0;
  for (const { index, source } of cells) {
    const { text, dedent } = python(source);
    parts.push({ index, firstRow, dedent, text });
    firstRow += countLines(text);
  }
  return parts;
}

/** @param parse parses a text; the tree before, if there is one, is not needed any more */
function joined<Part extends CellText>(
  whole: readonly Part[],
  isAloneSound: (text: string) => boolean,
  parse: (before: SyntaxTree | null, text: string) => SyntaxTree,
): JoinedCells<Part> {
  let parts = whole;
  const skipped: Part[] = [];
  let tree = parse(null, textOf(parts));
  if (tree.hasErrors) {
    parts = parts.map((part) => {
      if (isAloneSound(part.text)) return part;
      skipped.push(part);
      return { ...part, text: '\n'.repeat(countLines(part.text) - 1) };
    });
    tree = parse(tree, textOf(parts));
  }
  return { tree, skipped, locate: (point) => locate(parts, point) };
}

const isSound =
  (parser: Pick<PythonParser, 'parse'>) =>
  (text: string): boolean => {
    const alone = parser.parse(text);
    const sound = !alone.hasErrors;
    alone.dispose();
    return sound;
  };

/** The value of a key, which is made once. */
function kept<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  let value = values.get(key);
  if (value === undefined) values.set(key, (value = make()));
  return value;
}

const textOf = (parts: readonly CellText[]): string => parts.map(({ text }) => `${text}\n`).join('');

function locate<Part extends CellText>(
  parts: readonly Part[],
  { row, column }: TextPoint,
): { part: Part; point: TextPoint } {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parts[middle]?.firstRow ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  const part = parts[low];
  if (part === undefined) throw new Error('a notebook without cells has no positions');
  return { part, point: { row: row - part.firstRow, column } };
}

/** As IPython does: the first line's indentation goes from every line that has it. */
function dedented(text: string): { text: string; dedent: number } {
  const indentation = /^(?:[ \t]*\n)*([ \t]+)\S/.exec(text)?.[1] ?? '';
  if (indentation === '') return { text, dedent: 0 };
  const lines = text.split('\n').map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line));
  return { text: lines.join('\n'), dedent: indentation.length };
}

/** The rows that a text takes in a module of several. */
export const countLines = (text: string): number => text.split('\n').length;
