import assert from 'node:assert/strict';
import { holdsInCode, withoutComments } from '../../src/python/comments';

describe('comments of a text', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a = 1 # b\nc', 'a = 1 \nc'],
    ['# a', ''],
    ['a = "# b" # c', 'a = "# b" '],
    ['a = "\\"# b" # c', 'a = "\\"# b" '],
    ["it = 'a\n# b\nc", "it = 'a\n\nc"],
    ['"""a\n# b"""\nc', '\n\nc'],
    ["def f():\n    '''a'''\n    b", 'def f():\n    \n    b'],
    ['"a"  # b\nc', '  \nc'],
    ['run(\n    """a # b"""\n)', 'run(\n    """a # b"""\n)'],
    ['a = \\\n"""b"""', 'a = \\\n"""b"""'],
    ['a = f"""\nb # c\n"""', 'a = f"""\nb # c\n"""'],
    ['"""a\nb', '\n'],
    ['"a".join(b)', '"a".join(b)'],
    ['', ''],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.equal(withoutComments(text), expected);
    });
  }

  it('knows what stands in code', () => {
    assert.equal(holdsInCode('a()  # b()', /\ba\(/), true);
    assert.equal(holdsInCode('a()  # b()', /\bb\(/), false);
    assert.equal(holdsInCode('"""b()"""\nb()', /\bb\(/), true);
  });
});
