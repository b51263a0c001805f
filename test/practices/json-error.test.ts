import fc from 'fast-check';
import assert from 'node:assert/strict';
import { jsonErrorOffset } from '../../src/practices/json-error';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('practices/json-error', () => {
  it('finds where a text stops being JSON', () => {
    const cases = [
      '{ "a": |oops }',
      '{ "a": 1 |"b": 2 }',
      '{ "a": 1, |}',
      '[1, 2|}',
      '[1 |2]',
      '|',
      '  |',
      '{ "a"|',
      '{ "a": |"b\n" }',
      '1 |1',
      '[|,1]',
      '{|1:1}',
    ];
    for (const marked of cases) assert.equal(jsonErrorOffset(marked.replace('|', '')), marked.indexOf('|'), marked);
  });

  it('accepts exactly what JSON.parse accepts', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '}', ']', '"', 'x', ' ', '1', ':'),
        (json, at, inserted) => {
          const position = at % (json.length + 1);
          const text = json.slice(0, position) + inserted + json.slice(position);
          assert.equal(jsonErrorOffset(text) === null, isJson(text), text);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes no longer for deep nesting than for long texts', () => {
    const deep = '['.repeat(100_000);
    assert.equal(jsonErrorOffset(deep), deep.length);
  });
});
