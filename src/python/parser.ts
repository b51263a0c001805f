import { join } from 'node:path';
import type { Parser, Tree } from 'web-tree-sitter';
import { withLateOptimising } from '../system/wasm-tiering';
import { FlatParser } from './flat/flat-parser';
import type { FlatTree } from './flat/flat-tree';
import type { Node } from './node';
import { KeptStandings, standingsIn, type ReadText } from './standings';
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
  /** The words of the text, which are kept between edits; null before the first edit. */
  readonly kept: KeptStandings | null;
  /** Null if tree-sitter has read it. */
  readonly flat: FlatTree | null;
}

/**
 * Python's grammar, ready to parse. Offsets and columns of all nodes are in UTF-16 code units, as in JavaScript
 * strings and in editors; rows and columns start at 0.
 */
export class PythonParser {
  private readonly flat: FlatParser;

  private constructor(private readonly parser: Parser) {
    this.flat = new FlatParser(parser);
  }

  /**
   * Loads the grammar.
   * @param wasmFolder the folder that holds `web-tree-sitter.wasm` and `tree-sitter-python.wasm`
   */
  static async load(wasmFolder: string): Promise<PythonParser> {
    const { Parser, Language } = await import('web-tree-sitter');
    const language = await withLateOptimising(async () => {
      await Parser.init({ locateFile: (name: string) => join(wasmFolder, name) });
      return Language.load(join(wasmFolder, 'tree-sitter-python.wasm'));
    });
    return new PythonParser(new Parser().setLanguage(language));
  }

  /** @param text Python without a byte order mark */
  parse(text: string): SyntaxTree {
    return this.whole(text, this.flat.parse(text));
  }

  /** Parses an edited text; `previous` is no longer valid afterwards. */
  reparse(previous: SyntaxTree, text: string): SyntaxTree {
    const { flat } = previous as OwnedTree;
    const kept = (previous as OwnedTree).kept ?? new KeptStandings(previous.text);
    const change = changeBetween(previous.text, text);
    kept.update(text, change);
    previous.dispose();
    const tree = this.whole(text, flat === null ? this.flat.parse(text) : this.flat.reparse(flat, text, change));
    const parsed: OwnedTree = { ...tree, kept, standings: (name) => kept.of(name) };
    return parsed;
  }

  dispose(): void {
    this.parser.delete();
  }

  /** Where much is not plain, valid Python, all is left to tree-sitter. */
  private whole(text: string, flat: FlatTree | null): OwnedTree {
    return flat === null ? this.own(text, this.parser.parse(text)) : flatTree(text, flat);
  }

  private own(text: string, tree: Tree | null): OwnedTree {
    if (tree === null) throw new Error('the parser has no language');
    const root = tree.rootNode;
    return {
      text,
      kept: null,
      flat: null,
      root,
      standings: standingsIn(text),
      hasErrors: root.hasError,
      isTangled: () => isTangled(root),
      dispose: () => tree.delete(),
    };
  }
}

/** The tree of a text that the parser for plain Python has read. */
export const flatTree = (text: string, flat: FlatTree): OwnedTree => ({
  text,
  kept: null,
  flat,
  root: flat.root,
  standings: standingsIn(text),
  hasErrors: flat.root.hasError,
  isTangled: () => false,
  dispose: () => undefined,
});
