import { importedAs } from '../../python/canonical';
import { CodeWords, wordUses } from '../../python/code-words';
import { Mentions } from './mentions';
import type { Clue, ClueWord } from './query';
import type { Rule } from './rule';

/** Chooses the rules that a text is worth parsing for. */
export interface RuleFilter {
  /**
   * Those of the rules that may find something in a text.
   * @param texts a module, or the cells of a notebook
   */
  rulesFor(rules: readonly Rule[], texts: readonly string[]): readonly Rule[];
  /** True if there are such rules; it looks no further than the first. */
  concerns(rules: readonly Rule[], texts: readonly string[]): boolean;
}

/** Chooses rules by the words of a text, without parsing it. */
export class Prefilter implements RuleFilter {
  private readonly words: CodeWords;
  private readonly tests: ReadonlyMap<Rule, readonly ClueTest[]>;

  constructor(rules: readonly Rule[]) {
    const clues = rules.flatMap((rule) => rule.clues);
    this.words = new CodeWords([
      ...clues.flatMap(({ groups }) => groups.flat().map(({ word }) => word)),
      ...clues.flatMap(({ packages }) => packages.flatMap((name) => importedAs(name).flat())),
    ]);
    this.tests = new Map(
      rules.map((rule) => [rule, rule.clues.map((clue) => new ClueTest(clue, this.words))] as const),
    );
  }

  rulesFor(rules: readonly Rule[], texts: readonly string[]): readonly Rule[] {
    return rules.filter(this.testOf(texts));
  }

  concerns(rules: readonly Rule[], texts: readonly string[]): boolean {
    return rules.some(this.testOf(texts));
  }

  private testOf(texts: readonly string[]): (rule: Rule) => boolean {
    this.words.read(texts);
    const mentions = new Mentions(texts);
    return (rule) => this.tests.get(rule)?.some((clue) => clue.isIn(mentions)) === true;
  }
}

/** A clue, with the numbers of its words in place of the words. */
class ClueTest {
  /** What the words that were read answer, and what the text is searched for. */
  private readonly groups: readonly (readonly WordTest[])[];
  private readonly searches: readonly (readonly WordTest[])[];
  private readonly imports: readonly (readonly WordTest[])[];

  constructor(
    private readonly clue: Clue,
    private readonly words: CodeWords,
  ) {
    const test = ({ word, uses }: ClueWord): WordTest => ({ word, uses, id: uses === 0 ? 0 : words.idOf(word) });
    const groups = clue.groups.map((group) => group.map(test));
    const isSearch = (group: readonly WordTest[]): boolean => group.some(({ uses }) => uses === 0);
    this.groups = groups.filter((group) => !isSearch(group));
    this.searches = groups.filter(isSearch);
    this.imports = clue.packages.flatMap((name) =>
      importedAs(name).map((way) =>
        way.map((word, index) => test({ word, uses: index === 0 ? wordUses.imported : wordUses.inCode })),
      ),
    );
  }

  isIn(text: Mentions): boolean {
    const { packages, imported, where } = this.clue;
    // What costs least comes first: almost all texts fail there.
    return (
      this.groups.every((group) => group.some((word) => this.stands(word, text))) &&
      (imported
        ? this.imports.some((way) => way.every((word) => this.stands(word, text)))
        : packages.some((name) => text.has(name))) &&
      this.searches.every((group) => group.some((word) => this.stands(word, text))) &&
      (where === null || where(text.text))
    );
  }

  private stands({ word, uses, id }: WordTest, text: Mentions): boolean {
    return uses === 0 ? text.has(word) : this.words.has(id, uses);
  }
}

interface WordTest extends ClueWord {
  readonly id: number;
}
