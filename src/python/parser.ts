import { join } from 'node:path';
import type { Node as WasmNode, Parser, Tree } from 'web-tree-sitter';
import { FlatParser } from './flat/flat-parser';
import type { Node } from './node';

export type { Node, Tree };

/** An error with more parts than this has no structure, and each look at it reads all of them. */
export const mostLooseParts = 3000;
/** Deeper code is written by programs only, and each look at a node walks all the way down. */
const mostLevels = 1500;
/** The structure of a text is checked in at most so many places, at least so many nodes apart. */
const mostProbes = 1024;
const closestProbes = 32;

/** A parsed text. `dispose` gives its memory back to the parser, which no garbage collector does. */
export interface SyntaxTree {
  readonly text: string;
  readonly root: Node;
  /** True if some part of the text is not Python. */
  readonly hasErrors: boolean;
  /**
   * True if finding a place in the tree costs so much that all steps together would take minutes: an expression of thousands
   * of levels, or thousands of pieces that belong to nothing.
   */
  isTangled(): boolean;
  dispose(): void;
}

interface OwnedTree extends SyntaxTree {
  /** The tree in the memory of tree-sitter; null for a flat one. */
  readonly tree: Tree | null;
}

/**
 * Python's grammar, ready to parse. Offsets and columns of all nodes are in UTF-16 code units, as in JavaScript
 * strings and in editors; rows and columns start at 0.
 */
export class PythonParser {
  private readonly flat = new FlatParser();

  private constructor(
    private readonly parser: Parser,
    private readonly edit: typeof import('web-tree-sitter').Edit,
  ) {}

  /**
   * Loads the grammar.
   * @param wasmFolder the folder that holds `web-tree-sitter.wasm` and `tree-sitter-python.wasm`
   */
  static async load(wasmFolder: string): Promise<PythonParser> {
    const { Parser, Language, Edit } = await import('web-tree-sitter');
    await Parser.init({ locateFile: (name: string) => join(wasmFolder, name) });
    const language = await Language.load(join(wasmFolder, 'tree-sitter-python.wasm'));
    return new PythonParser(new Parser().setLanguage(language), Edit);
  }

  /** @param text Python without a byte order mark */
  parse(text: string): SyntaxTree {
    const flat = this.flat.parse(text);
    // What is not plain, valid Python is left to tree-sitter.
    return flat === null ? this.own(text, this.parser.parse(text)) : flatTree(text, flat.root);
  }

  /** Parses an edited text, reusing what did not change since `previous`, and disposes of `previous`. */
  reparse(previous: SyntaxTree, text: string): SyntaxTree {
    const { tree } = previous as OwnedTree;
    if (tree === null) return this.parse(text);
    const change = difference(previous.text, text);
    tree.edit(
      new this.edit({
        startIndex: change.start,
        oldEndIndex: change.oldEnd,
        newEndIndex: change.newEnd,
        startPosition: pointAt(text, change.start),
        oldEndPosition: pointAt(previous.text, change.oldEnd),
        newEndPosition: pointAt(text, change.newEnd),
      }),
    );
    const parsed = this.own(text, this.parser.parse(text, tree));
    previous.dispose();
    return parsed;
  }

  dispose(): void {
    this.parser.delete();
  }

  private own(text: string, tree: Tree | null): OwnedTree {
    if (tree === null) throw new Error('the parser has no language');
    const root = tree.rootNode;
    return {
      text,
      tree,
      root,
      hasErrors: root.hasError,
      isTangled: () => isTangled(root),
      dispose: () => tree.delete(),
    };
  }
}

const flatTree = (text: string, root: Node): OwnedTree => ({
  text,
  tree: null,
  root,
  hasErrors: false,
  isTangled: () => false,
  dispose: () => undefined,
});

/** The smallest span of `before` whose replacement gives `after`. */
function difference(before: string, after: string): { start: number; oldEnd: number; newEnd: number } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let common = 0;
  while (
    common < shorter - start &&
    before.charCodeAt(before.length - 1 - common) === after.charCodeAt(after.length - 1 - common)
  ) {
    common++;
  }
  return { start, oldEnd: before.length - common, newEnd: after.length - common };
}

function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    row++;
    lineStart = next + 1;
  }
  return { row, column: offset - lineStart };
}

function isTangled(root: WasmNode): boolean {
  const cursor = root.walk();
  try {
    const hasErrors = root.hasError;
    const distance = Math.max(closestProbes, Math.ceil(root.descendantCount / mostProbes));
    for (let probe = 0; probe < root.descendantCount; probe += distance) {
      cursor.gotoDescendant(probe);
      if (cursor.currentDepth > mostLevels) return true;
      if (!hasErrors) continue;
      do {
        if (cursor.nodeType === 'ERROR' && cursor.currentNode.childCount > mostLooseParts) return true;
      } while (cursor.gotoParent());
    }
    return false;
  } finally {
    cursor.delete();
  }
}
