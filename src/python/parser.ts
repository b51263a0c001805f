import { join } from 'node:path';
import type { Node, Parser, Tree } from 'web-tree-sitter';
import { withLateOptimising } from '../system/wasm-tiering';

export type { Node, Tree };

/** A parsed text. `dispose` gives its memory back to the parser, which no garbage collector does. */
export interface SyntaxTree {
  readonly text: string;
  readonly root: Node;
  /** True if some part of the text is not Python. */
  readonly hasErrors: boolean;
  dispose(): void;
}

interface OwnedTree extends SyntaxTree {
  readonly tree: Tree;
}

/**
 * Python's grammar, ready to parse. Offsets and columns of all nodes are in UTF-16 code units, as in JavaScript
 * strings and in editors; rows and columns start at 0.
 */
export class PythonParser {
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
    const language = await withLateOptimising(async () => {
      await Parser.init({ locateFile: (name: string) => join(wasmFolder, name) });
      return Language.load(join(wasmFolder, 'tree-sitter-python.wasm'));
    });
    return new PythonParser(new Parser().setLanguage(language), Edit);
  }

  /** @param text Python without a byte order mark */
  parse(text: string): SyntaxTree {
    return this.own(text, this.parser.parse(text));
  }

  /** Parses an edited text, reusing what did not change since `previous`, and disposes of `previous`. */
  reparse(previous: SyntaxTree, text: string): SyntaxTree {
    const { tree } = previous as OwnedTree;
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
    return { text, tree, root, hasErrors: root.hasError, dispose: () => tree.delete() };
  }
}

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
