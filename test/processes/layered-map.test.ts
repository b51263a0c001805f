import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LayeredMap } from '../../src/processes/layered-map';

const changes = fc.array(fc.tuple(fc.nat(12), fc.option(fc.nat(99))), { maxLength: 6 });

describe('processes/layered-map', () => {
  it('has the same entries as a copy with the same changes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(12), fc.nat(99))), fc.array(changes, { maxLength: 8 }), (base, rounds) => {
        const plain = new Map(base);
        let layered = LayeredMap.of(new Map(base));
        for (const round of rounds) {
          const before = [...layered];
          const next = layered.with(new Map(round));
          assert.deepEqual([...layered], before);
          for (const [key, value] of new Map(round)) {
            if (value === null) plain.delete(key);
            else plain.set(key, value);
          }
          layered = next;
        }
        const sorted = (map: ReadonlyMap<number, number>): [number, number][] => [...map].sort(([a], [b]) => a - b);
        assert.deepEqual(sorted(layered), sorted(plain));
        assert.equal(layered.size, plain.size);
        for (let key = 0; key <= 12; key++) {
          assert.equal(layered.get(key), plain.get(key));
          assert.equal(layered.has(key), plain.has(key));
        }
      }),
    );
  });
});
