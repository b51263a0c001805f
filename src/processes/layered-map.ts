/**
 * A map that shares most of its entries with the previous one: copying thousands of entries each second would cost
 * more than reading the changes.
 */
export class LayeredMap<K, V> implements ReadonlyMap<K, V> {
  /** @param changes entries that differ from the base; null for an entry that this map does not have */
  private constructor(
    private readonly base: ReadonlyMap<K, V>,
    private readonly changes: ReadonlyMap<K, V | null>,
    readonly size: number,
  ) {}

  static of<K, V>(base: ReadonlyMap<K, V>): LayeredMap<K, V> {
    return new LayeredMap(base, new Map<K, V | null>(), base.size);
  }

  /** A copy of this map with changes; null removes an entry. This map does not change. */
  with(changes: ReadonlyMap<K, V | null>): LayeredMap<K, V> {
    const all = new Map(this.changes);
    let { size } = this;
    for (const [key, value] of changes) {
      size += Number(value !== null) - Number(this.has(key));
      all.set(key, value);
    }
    return new LayeredMap(this.base, all, size);
  }

  get(key: K): V | undefined {
    const changed = this.changes.get(key);
    return changed === undefined ? this.base.get(key) : (changed ?? undefined);
  }

  has(key: K): boolean {
    const changed = this.changes.get(key);
    return changed === undefined ? this.base.has(key) : changed !== null;
  }

  *entries(): MapIterator<[K, V]> {
    for (const entry of this.base) {
      if (!this.changes.has(entry[0])) yield entry;
    }
    for (const [key, value] of this.changes) {
      if (value !== null) yield [key, value];
    }
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}
