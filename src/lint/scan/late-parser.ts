import { flatTree, PythonParser, type SyntaxTree } from '../../python/parser';
import { FlatParser } from '../../python/flat/flat-parser';

/** Thrown out of the linter where a text needs the grammar, which is not loaded yet. */
const needsGrammar = new Error('the grammar is not loaded');

/** The grammar cannot be loaded: the product is damaged. */
export class MissingGrammar {
  /** @param problem a sentence */
  constructor(readonly problem: string) {}
}

/**
 * Parses plain Python, which almost all files hold, without the grammar of tree-sitter: to load that costs more than all
 * else that one file takes.
 */
export class LateParser implements Pick<PythonParser, 'parse'> {
  private readonly flat = new FlatParser();
  private loading: Promise<PythonParser> | null = null;
  private parser: PythonParser | null = null;
  /** The text that waits for the grammar, so that it is not read as plain Python twice. */
  private waiting: string | null = null;

  constructor(private readonly productFolder: string) {}

  /** Gives the result of work that parses texts. The work starts again when it turns out to need the grammar. */
  async supply<Result>(work: () => Result): Promise<Result | MissingGrammar> {
    try {
      return work();
    } catch (error) {
      if (error !== needsGrammar) throw error;
    }
    this.loading ??= PythonParser.load(this.productFolder);
    try {
      this.parser = await this.loading;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return new MissingGrammar(`The grammar of Python cannot be loaded; install Green ML again (${reason}).`);
    }
    return work();
  }

  parse(text: string): SyntaxTree {
    const flat = text === this.waiting ? null : this.flat.parse(text);
    if (flat !== null) return flatTree(text, flat);
    if (this.parser !== null) return this.parser.parse(text);
    this.waiting = text;
    throw needsGrammar;
  }

  async dispose(): Promise<void> {
    (await this.loading?.catch(() => null))?.dispose();
    this.loading = null;
    this.parser = null;
  }
}
