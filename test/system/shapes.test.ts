import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import {
  anyObject,
  between,
  finiteNumber,
  fits,
  items,
  lenient,
  orNull,
  parseFitting,
  read,
} from '../../src/system/shapes';

describe('system/shapes', () => {
  it('accept numbers within limits, both included, and no other kind of value', () => {
    const shape = between(1, 3);
    for (const good of [1, 2.5, 3]) assert.ok(fits(shape, good), String(good));
    for (const wrong of [0.9, 3.1, NaN, Infinity, '2', null, undefined, [2]])
      assert.ok(!fits(shape, wrong), String(wrong));
    assert.ok(!fits(finiteNumber, JSON.parse('1e999')));
  });

  it('keep unknown fields, which a newer version may have written', () => {
    const value: unknown = { name: 'a', colour: 'green' };
    const shape = v.object({ name: v.string() });
    assert.ok(fits(shape, value));
    assert.deepEqual(value, { name: 'a', colour: 'green' });
  });

  it('distinguish an object from an array and from null', () => {
    assert.ok(fits(anyObject, {}));
    for (const wrong of [[], null, 'text', 3, undefined]) assert.ok(!fits(anyObject, wrong));
  });

  it('read JSON, and give null for a text that is not JSON or does not fit', () => {
    const shape = v.object({ at: finiteNumber });
    assert.deepEqual(parseFitting(shape, '{"at":3,"more":1}'), { at: 3, more: 1 });
    for (const wrong of ['', '{', '[]', 'null', '{"at":"3"}', '{}'])
      assert.equal(parseFitting(shape, wrong), null, wrong);
  });

  it('lose only the fields and items that are wrong', () => {
    const shape = lenient({
      zone: v.string(),
      meta: lenient({ units: v.string() }),
      rows: items(v.object({ at: finiteNumber, value: orNull(finiteNumber) })),
    });
    const answer = {
      zone: 3,
      meta: { units: 'g' },
      rows: [{ at: 1, value: 'x' }, { at: 'x' }, null, { at: 2, value: 5 }],
    };
    assert.deepEqual(read(shape, answer), {
      zone: null,
      meta: { units: 'g' },
      rows: [
        { at: 1, value: null },
        { at: 2, value: 5 },
      ],
    });
  });

  it('read any other value as an object whose fields are null', () => {
    const shape = lenient({ zone: v.string(), meta: lenient({ units: v.string() }), rows: items(finiteNumber) });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.constant(undefined)), (value) => {
        const found = read(shape, value);
        assert.ok(
          found !== null && (found.zone === null || typeof found.zone === 'string') && Array.isArray(found.rows),
        );
        assert.deepEqual(Object.keys(found.meta), ['units']);
      }),
    );
    assert.deepEqual(read(shape, null), { zone: null, meta: { units: null }, rows: [] });
  });
});
