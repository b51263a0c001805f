import { deepStrictEqual, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { FlatParser } from '../../src/python/flat/flat-parser';
import type { Node } from '../../src/python/node';

/** Pieces that make valid code into other code, valid or not. */
const pieces = [
  '( ) [ ] { } , : = * ** . ; @ -> := ... + - ~ != / % | == <> $ ? ` \\ 1 1. x _ None',
  'if else in not is and or await yield async lambda: for with import from del return as def class print exec type match',
]
  .join(' ')
  .split(' ')
  .concat(['\n', '\n    ', '    ', '\t', '\r\n', '#c\n', '"', "'", '"""', 'f"{', '!r', '\\\n', 'r"\\', ' as b', 'é']);

/** Parts of the sources, each changed at random in up to three places. */
function* changedTexts(sources: readonly string[], start: number): Generator<string> {
  let seed = start;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x80000000) * below);
  };
  for (let round = 0; round < 3000; round++) {
    const lines = (sources[random(sources.length)] ?? '').split('\n');
    const from = random(lines.length);
    let text = lines.slice(from, from + 3 + random(20)).join('\n');
    for (let change = random(3); change >= 0; change--) {
      const at = random(text.length + 1);
      text = `${text.slice(0, at)}${pieces[random(pieces.length)] ?? ''}${text.slice(at + random(4))}`;
    }
    yield text;
  }
}

describe('the flat parser', () => {
  let treeSitter: Parser;
  const flat = new FlatParser();

  before(async () => {
    await Parser.init({ locateFile: (name: string) => resolve('dist', name) });
    treeSitter = new Parser().setLanguage(await Language.load(resolve('dist', 'tree-sitter-python.wasm')));
  });

  /** Each node with its span, its field and its depth, in source order. */
  function expected(text: string): readonly string[] | null {
    const tree = treeSitter.parse(text);
    if (tree === null || tree.rootNode.hasError) return null;
    const cursor = tree.walk();
    const found: string[] = [];
    const visit = (): void => {
      const { nodeType, nodeIsNamed, startIndex, endIndex, currentFieldName, currentDepth } = cursor;
      found.push(lineOf(nodeType, nodeIsNamed, startIndex, endIndex, currentFieldName, currentDepth));
      if (!cursor.gotoFirstChild()) return;
      do visit();
      while (cursor.gotoNextSibling());
      cursor.gotoParent();
    };
    visit();
    cursor.delete();
    tree.delete();
    return found;
  }

  function actual(root: Node): readonly string[] {
    const found: string[] = [];
    const visit = (node: Node & { readonly role?: string | null }, depth: number): void => {
      found.push(lineOf(node.type, node.isNamed, node.startIndex, node.endIndex, node.role ?? null, depth));
      for (const child of node.children) visit(child, depth + 1);
    };
    visit(root, 0);
    return found;
  }

  const sources = ['examples', join('test', 'fixtures')].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.py'))
      .map((name) => readFileSync(join(folder, name), 'utf8').replace(/^\uFEFF/, '')),
  );

  it('makes the same trees as tree-sitter', () => {
    let read = 0;
    for (const text of sources) {
      const tree = flat.parse(text);
      if (tree === null) continue;
      read++;
      deepStrictEqual(actual(tree.root), expected(text), text);
    }
    ok(read > sources.length / 2, `${read} of ${sources.length} files were read`);
  });

  it('reads what stands behind a star in a display, and lists that end with a comma', () => {
    for (const text of [
      'x = (1, *a.b.c, *f(d)[0], *e or g)\n',
      'x = (*a.shape[:-1], 1)\n',
      'x = [1, *a.b, *f(c)]\n',
      'x = [*[a, b], *(c,)]\n',
      'x = {1, *a[0]}\n',
      'f(*(1, *a.b))\n',
      'x = a,\ny = 1\n',
      'x = f(a), b,\n\nfoo(c)\n',
      'def f():\n    x = "a",  # c\n    y: int = b,\nf(a),\nfoo(b)\n',
      'f(a), b,\nfoo()\n',
    ]) {
      const tree = flat.parse(text);
      ok(tree !== null, text);
      deepStrictEqual(actual(tree.root), expected(text), text);
    }
  });

  it('leaves alone, or reads alike, what was once read otherwise', () => {
    for (const text of [
      '"""one""""two"\n',
      '"""one""""two"""\n',
      'f(a=1 for x in y)\n',
      'f(**a for x in y)\n',
      'def f(a: exec[int]): ...\n',
      'a := b if c else d\n',
      'a,\nb = 1\n',
      '[*f(x)]\n',
      '{*(a).b(x)}.c\n',
      '(x, *a.b) = c\n',
      '(*a[0],) = b\n',
      '[*[a]] = b\n',
      '(*a for b in c)\n',
      'type(a).b = c\n',
      'a(r"\\\\")\n',
      'with a if b else c as d:\n    pass\n',
    ]) {
      const tree = flat.parse(text);
      if (tree !== null) deepStrictEqual(actual(tree.root), expected(text), text);
    }
  });

  it('leaves to tree-sitter what is broken, and makes the same trees of all else', () => {
    let read = 0;
    for (const text of changedTexts(sources, 20_26)) {
      const tree = flat.parse(text);
      if (tree === null) continue;
      read++;
      deepStrictEqual(actual(tree.root), expected(text), JSON.stringify(text));
    }
    ok(read > 100, `${read} texts were read`);
  });

  it('takes over from tree-sitter single statements that are not plain', () => {
    const pieced = new FlatParser(treeSitter);
    for (const text of [
      'print "a", b\n',
      'def f():\n    # one\n    print >>out, "a"  # two\n    # three\n\n\ndef g():\n    return é\n',
      'class A:\n    def f(self):\n        match self.x:\n            case [1, *rest] if rest:\n                pass\n            # end\n        # after\n        return 1\n',
      'if a:\n    b = [\n  1,\n]\nelse:\n    exec "c"\n',
      '@é\n@b(1)\n# c\ndef f(): pass\nx = 1\n',
      'try:\n    pass\nexcept* ValueError:\n    pass\n# c\nfinally:\n    pass\nx = 1\n',
      'a = # one\n\nb =  # two\nc = f(1)\nprint a\n',
      'def f[T](a: T) -> T:\n    return a\n\nx = 1\n',
      'if a:\r\n    print "b"\r\n    c = é\r\nd = 1\r\n',
      'if a:\n\tprint "b"\n\tc = é\nd = 1',
    ]) {
      const tree = pieced.parse(text);
      ok(tree !== null && flat.parse(text) === null, text);
      deepStrictEqual(actual(tree.root), expected(text), text);
    }
  });

  it('knows what is broken, and reads the statements around it', () => {
    const pieced = new FlatParser(treeSitter);
    for (const broken of [
      'for',
      'x = f(',
      'x = (1,\n',
      '"""',
      "'",
      'def g(:\n        pass',
      '      x = 1',
      'if a:\n\nb = 1',
      ')',
      'a b c',
      'x = [1, 2\n        y = 3',
    ]) {
      for (const indent of ['', '    ']) {
        const text = `import a\nclass A:\n    def f(self):\n        return a.b(1)\n\n${indent}${broken}\n    def h(self):\n        return a.c(2)\n\n\nd(3)\n`;
        const tree = pieced.parse(text);
        ok(tree?.root.hasError === true, text);
        const calls = tree.root.descendantsOfType('call').map((call) => call.text);
        for (const call of ['a.b(1)', 'a.c(2)', 'd(3)']) ok(calls.includes(call), `${call} in ${text}`);
      }
    }
  });

  it('makes the trees of tree-sitter also in pieces, of all that it takes for valid', () => {
    const pieced = new FlatParser(treeSitter);
    let read = 0;
    for (const text of changedTexts(sources, 11_29)) {
      if (flat.parse(text) !== null) continue;
      const tree = pieced.parse(text);
      const whole = expected(text);
      if (tree === null || whole === null || tree.root.hasError) continue;
      read++;
      deepStrictEqual(actual(tree.root), whole, JSON.stringify(text));
    }
    ok(read > 40, `${read} texts were read in pieces`);
  });
});

function lineOf(
  type: string,
  isNamed: boolean,
  start: number,
  end: number,
  field: string | null,
  depth: number,
): string {
  return `${' '.repeat(depth)}${field ?? ''} ${isNamed ? type : JSON.stringify(type)} ${start}-${end}`;
}
