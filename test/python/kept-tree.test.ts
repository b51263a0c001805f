import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Node, PythonParser } from '../../src/python/parser';
import { editsOf, seeded } from '../support/random-edits';
import { loadParser } from './support';

const fields = ['name', 'left', 'right', 'function', 'arguments', 'object', 'attribute', 'body', 'value', 'subscript'];

/** All that is read of a node, apart from its neighbours. */
function shown(node: Node): string {
  const { row, column } = node.startPosition;
  const own = fields.map((name) => node.childrenForFieldName(name).map(place).join());
  return [
    place(node),
    node.isNamed,
    node.hasError,
    node.isError,
    node.isMissing,
    `${row}:${column}`,
    `${node.endPosition.row}:${node.endPosition.column}`,
    node.childCount,
    node.namedChildCount,
    node.text.length,
    own.join('|'),
    fields.map((name) => placeOf(node.childForFieldName(name))).join('|'),
    placeOf(node.parent),
    placeOf(node.nextNamedSibling),
    placeOf(node.previousNamedSibling),
    placeOf(node.firstNamedChild),
    placeOf(node.lastNamedChild),
  ].join(' ');
}

const place = ({ type, startIndex, endIndex }: Node): string => `${type}@${startIndex}-${endIndex}`;
const placeOf = (node: Node | null): string => (node === null ? '' : place(node));

function* all(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* all(child);
}

const file = (path: string): string => readFileSync(path, 'utf8');
const texts: Readonly<Record<string, string>> = {
  'a training': file('examples/train.py'),
  models: file('test/fixtures/keras/models.py'),
  'a training with CRLF': file('examples/train_torch.py').replace(/\n/g, '\r\n'),
  'a text beyond ASCII':
    'größe = "😀"  # 😀\ndef f(é):\n    return {"😀": é, **größe}\nprint(f"{größe} 😀 {f(1)!r}")\n'.repeat(9),
};

describe('a tree that is kept between edits', () => {
  let parser: PythonParser;
  before(async () => {
    parser = await loadParser();
  });

  for (const [name, original] of Object.entries(texts)) {
    it(`is the tree of the text, after random edits of ${name}`, function () {
      this.timeout(60_000);
      const random = seeded(original.length);
      let tree = parser.parse(original);
      for (const text of editsOf(original, 60, random)) {
        tree = parser.reparse(tree, text);
        const fresh = parser.parse(text);
        assert.equal(tree.hasErrors, fresh.hasErrors);
        // Only some nodes are looked at each time, so that others are first looked at later.
        for (let look = 0; look < 60; look++) {
          const start = Math.floor(random() * text.length);
          const end = start + Math.floor(random() * 9);
          const found = tree.root.descendantForIndex(start, end);
          const expected = fresh.root.descendantForIndex(start, end);
          assert.ok(found !== null && expected !== null);
          assert.equal(shown(found), shown(expected), text);
        }
        if (random() < 0.2) assert.deepEqual([...all(tree.root)].map(shown), [...all(fresh.root)].map(shown), text);
        fresh.dispose();
      }
      tree.dispose();
    });
  }

  it('keeps the nodes outside of an edit', () => {
    const text = 'a = f(1)\nb = f(2)\nc = f(3)\n';
    let tree = parser.reparse(parser.parse(text), text);
    const [first, , third] = tree.root.descendantsOfType('call');
    tree = parser.reparse(tree, text.replace('2', '2, 4'));
    const [sameFirst, changed, sameThird] = tree.root.descendantsOfType('call');
    assert.equal(sameFirst, first);
    assert.equal(sameThird, third);
    assert.equal(sameThird?.text, 'f(3)');
    assert.equal(changed?.text, 'f(2, 4)');
    tree.dispose();
  });
});
