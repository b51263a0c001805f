import assert from 'node:assert/strict';
import { loadAccelerators } from '../../src/data/accelerators';

describe('the table of accelerators', () => {
  it('has each device once, with plausible power and a source', async () => {
    const { accelerators } = await loadAccelerators();
    assert.ok(accelerators.length >= 115);
    assert.equal(new Set(accelerators.map(({ name }) => name.toLowerCase())).size, accelerators.length);
    for (const { name, kind, watts, idleWatts, source } of accelerators) {
      assert.ok(watts >= 5 && watts <= (kind === 'system' ? 20_000 : 1500), name);
      assert.ok(idleWatts === null || (idleWatts > 0 && idleWatts < watts / 2), name);
      assert.ok(source.length > 5, name);
    }
  });

  it('has no device under two names with two figures', async () => {
    const { accelerators } = await loadAccelerators();
    const bare = (name: string): string =>
      name
        .toLowerCase()
        .replace(/\b(nvidia|amd|intel|tesla|geforce|chip|instinct|jetson)\b/g, '')
        .replace(/[^a-z0-9]/g, '');
    for (const [index, one] of accelerators.entries()) {
      for (const other of accelerators.slice(index + 1))
        assert.ok(bare(one.name) !== bare(other.name), `${one.name} and ${other.name}`);
    }
  });

  it('marks a figure that nobody publishes as assumed', async () => {
    const { accelerators } = await loadAccelerators();
    for (const { name, note, source } of accelerators)
      if (/^(assumed|taken as TPU)/.test(source)) assert.match(note ?? '', /^assumed: /, name);
    assert.ok(
      accelerators
        .filter(({ embodiedKilograms }) => embodiedKilograms !== null)
        .every(({ embodiedSource }) => (embodiedSource ?? '').length > 20),
    );
  });

  it('does not swap the two V100 cards', async () => {
    const { accelerators } = await loadAccelerators();
    const watts = (wanted: string): unknown => accelerators.find(({ name }) => name === wanted)?.watts;
    assert.deepEqual([watts('Tesla V100-PCIE-16GB'), watts('Tesla V100-SXM2-16GB')], [250, 300]);
  });
});
