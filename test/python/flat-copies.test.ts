import { deepStrictEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { FlatParser } from '../../src/python/flat/flat-parser';
import type { FlatTree } from '../../src/python/flat/flat-tree';
import { changeBetween } from '../../src/python/text-change';
import { editsOf, seeded } from '../support/random-edits';

const training = readFileSync('examples/train.py', 'utf8');
const nested = `class A:
    """Some
    text."""

    @property
    def f(self, x=(1, 2)):
        if x:  # why
            return [each for each in x if each is not None]
        # after the block
    # of the class
        else:
            with open("a") as file, b:
                return file.read(), f"{x!r:>{b}}"

    async def g(self):
        try:
            await self.f(1, *x, **y)
        except (A, B) as error:
            raise error from None
        finally:
            x = {"a": 1, **y}; z = x

# between
if x: y = A().f(1, 2, 3)[1:2, ...]
# before a branch
elif y:
    for a, b in x:
        print(a, b, sep="")
    else:
        z += 1
x = 1
`;
const texts: Readonly<Record<string, string>> = {
  'a training': training,
  'nested code': nested.repeat(3),
  'the same with CRLF': nested.repeat(2).replace(/\n/g, '\r\n'),
};

/** All that a tree holds; leaves have no first child. */
function contentOf({ nodes }: FlatTree): unknown {
  const { kinds, roles, starts, ends, parents, firsts, counts, children, broken, missing } = nodes;
  return {
    ...{ kinds, roles, starts, ends, parents, counts, children },
    firsts: firsts.map((first, node) => (counts[node] === 0 ? 0 : first)),
    broken: [...broken].sort((a, b) => a - b),
    missing: [...missing],
  };
}

describe('the flat parser after an edit', () => {
  let grammar: Parser;
  before(async () => {
    await Parser.init({ locateFile: (name: string) => resolve('dist', name) });
    grammar = new Parser().setLanguage(await Language.load(resolve('dist', 'tree-sitter-python.wasm')));
  });

  for (const [title, original] of Object.entries(texts)) {
    it(`makes the nodes that a parser of the whole text makes, of random edits of ${title}`, function () {
      this.timeout(120_000);
      const parser = new FlatParser(grammar);
      const fresh = new FlatParser(grammar);
      let before = original;
      let tree = parser.parse(original);
      /** Those before an edit: they are the same objects. */
      let copied = 0;
      for (const text of editsOf(original, 800, seeded(original.length))) {
        const next = tree === null ? parser.parse(text) : parser.reparse(tree, text, changeBetween(before, text));
        const expected = fresh.parse(text);
        deepStrictEqual(next && contentOf(next), expected && contentOf(expected), JSON.stringify(text));
        copied += next?.statements.filter((each) => tree?.statements.includes(each)).length ?? 0;
        tree = next;
        before = text;
      }
      ok(copied > 50, `${copied} statements were copied`);
    });
  }
});
