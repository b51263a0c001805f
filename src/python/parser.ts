import { join } from 'node:path';
import type { Parser, Tree } from 'web-tree-sitter';
import { withLateOptimising } from '../system/wasm-tiering';
import { FlatParser } from './flat/flat-parser';
import { KeptTree } from './kept-tree';
import type { Node } from './node';
import { standingsIn, type ReadText } from './standings';
import { isTangled } from './tangled';
import { changeBetween } from './text-change';

export type { Node, Tree };

/** A parsed text. `dispose` gives its memory back to the parser, which no garbage collector does. */
export interface SyntaxTree extends ReadText {
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
  /** The tree in the memory of tree-sitter; null for one of our own parser. */
  readonly tree: Tree | null;
  /** The nodes that are kept between edits; there are none before the first edit. */
  readonly kept: KeptTree | null;
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
    const language = await withLateOptimising(async () => {
      await Parser.init({ locateFile: (name: string) => join(wasmFolder, name) });
      return Language.load(join(wasmFolder, 'tree-sitter-python.wasm'));
    });
    return new PythonParser(new Parser().setLanguage(language), Edit);
  }

  /** @param text Python without a byte order mark */
  parse(text: string): SyntaxTree {
    const flat = this.flat.parse(text);
    // What is not plain, valid Python is left to tree-sitter.
    return flat === null ? this.parseWithGrammar(text) : flatTree(text, flat.root);
  }

  /** For a text that the parser for plain Python has given up on. */
  parseWithGrammar(text: string): SyntaxTree {
    return this.own(text, this.parser.parse(text));
  }

  /** Parses an edited text, reusing what did not change since `previous`, which is no longer valid afterwards. */
  reparse(previous: SyntaxTree, text: string): SyntaxTree {
    const { tree, kept: known } = previous as OwnedTree;
    // Code that is being written is seldom valid, and only tree-sitter can reuse what did not change.
    if (tree === null) return this.kept(text);
    const kept = known ?? new KeptTree(previous.text, tree.rootNode);
    const change = changeBetween(previous.text, text);
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
    const parsed = this.parser.parse(text, tree);
    if (parsed === null) throw new Error('the parser has no language');
    kept.update(text, parsed.rootNode, change, tree.getChangedRanges(parsed));
    previous.dispose();
    return ownedTree(text, parsed, kept);
  }

  dispose(): void {
    this.parser.delete();
  }

  /** A tree whose nodes are kept from its first edit on. */
  private kept(text: string): OwnedTree {
    const tree = this.parser.parse(text);
    if (tree === null) throw new Error('the parser has no language');
    return ownedTree(text, tree, new KeptTree(text, tree.rootNode));
  }

  private own(text: string, tree: Tree | null): OwnedTree {
    if (tree === null) throw new Error('the parser has no language');
    return ownedTree(text, tree, null);
  }
}

function ownedTree(text: string, tree: Tree, kept: KeptTree | null): OwnedTree {
  const root = kept === null ? tree.rootNode : kept.root;
  return {
    text,
    tree,
    kept,
    root,
    standings: kept === null ? standingsIn(text) : (name) => kept.standings(name),
    hasErrors: root.hasError,
    isTangled: () => isTangled(root),
    dispose: () => tree.delete(),
  };
}

/** The tree of a text that the parser for plain Python has read. */
export const flatTree = (text: string, root: Node): OwnedTree => ({
  text,
  tree: null,
  kept: null,
  root,
  standings: standingsIn(text),
  hasErrors: false,
  isTangled: () => false,
  dispose: () => undefined,
});

function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    row++;
    lineStart = next + 1;
  }
  return { row, column: offset - lineStart };
}
