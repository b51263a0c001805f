import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Finding } from '../../../src/lint/engine/findings';
import { cleanHead, failedOutcome, pack, unpack, type FileOutcome } from '../../../src/lint/scan/outcome';
import { ResultStore, standardLimits, type StoredResult } from '../../../src/lint/scan/result-store';
import type { FileState } from '../../../src/system/file-state';

const clean: StoredResult = { outcome: { ...cleanHead, body: null }, facts: null };
const finding: Finding = {
  rule: 'grid-search',
  practice: 16,
  severity: 'warning',
  message: '361 fits · ≥ 5.',
  headline: '361 fits',
  wayOut: '101 with random search',
  cell: null,
  start: { row: 1, column: 2 },
  end: { row: 1, column: 9 },
  mark: { start: { row: 1, column: 2 }, end: { row: 1, column: 9 } },
  estimate: { fits: 361 },
  fixes: [],
  once: null,
  silencing: null,
};
const outcome: FileOutcome = {
  findings: [finding, finding, finding],
  lines: ['s = 1', null, 's = 1'],
  stored: [null, { startLine: 1, startColumn: 2, endLine: 3, endColumn: 4 }, null],
  problem: 'It is broken. It is too long.',
  cutShort: 'It is too long.',
  linted: true,
  settles: ['no-baseline'],
  sends: ['train.py'],
  once: [['unmeasured-training', 'hint']],
  copy: { says: 'sum', code: [7, 4_000_000_000] },
};
const found: StoredResult = { outcome: pack(outcome), facts: '[["tracker","EmissionsTracker",null,3]]' };

const state: FileState = { bytes: 7, changedAt: 1_790_000_000_123.456, touchedAt: 1_790_000_000_124.5, inode: 2 ** 40 };
const today = 20_000;

const empty = (): ResultStore => ResultStore.read(null, 'build', today);

function filled(results: Readonly<Record<string, StoredResult>>): ResultStore {
  const store = empty();
  for (const [name, result] of Object.entries(results)) store.keep(name, state, 'context', `key of ${name}`, result);
  return store;
}

function written(store: ResultStore, limits = standardLimits): Uint8Array {
  const bytes = store.bytes(limits);
  assert.ok(bytes !== null, 'there was nothing to write');
  return bytes;
}

const again = (bytes: Uint8Array, day = today): ResultStore => ResultStore.read(bytes, 'build', day);
const get = (store: ResultStore, name: string): StoredResult | null => store.get(name, state, 'context');

function assertSame(actual: StoredResult | null, expected: StoredResult): void {
  assert.ok(actual !== null);
  const { body: _body, ...head } = actual.outcome;
  const { body: _expected, ...expectedHead } = expected.outcome;
  assert.deepEqual(head, expectedHead);
  assert.deepEqual(unpack(actual.outcome), unpack(expected.outcome));
  assert.equal(actual.facts, expected.facts);
}

describe('lint/scan/result-store', () => {
  it('gives back what it was given', () => {
    assert.deepEqual(unpack(found.outcome), {
      findings: outcome.findings,
      lines: outcome.lines,
      stored: outcome.stored,
    });
    const failed: StoredResult = { outcome: pack(failedOutcome('It is a folder.')), facts: 'null' };
    const store = again(written(filled({ a: clean, b: found, 'c/ü.py': failed, d: { ...clean, facts: '[]' } })));
    assertSame(get(store, 'a'), clean);
    assertSame(get(store, 'b'), found);
    assertSame(get(store, 'c/ü.py'), failed);
    assertSame(get(store, 'd'), { ...clean, facts: '[]' });
    assert.equal(get(store, 'e'), null);
    assertSame(store.result('key of b'), found);
    assert.deepEqual([...store.keys()].sort(), [
      ['key of a', false],
      ['key of b', true],
      ['key of c/ü.py', true],
      ['key of d', true],
    ]);
  });

  it('knows a file only in the same state and context', () => {
    const store = again(written(filled({ a: found })));
    for (const other of [{ bytes: 8 }, { changedAt: 1 }, { touchedAt: 1 }, { inode: 3 }])
      assert.equal(store.get('a', { ...state, ...other }, 'context'), null);
    assert.equal(store.get('a', state, 'another context'), null);
    assert.notEqual(store.get('a', state, 'context'), null);
  });

  it('never trusts a file that may have changed without a trace', () => {
    const store = empty();
    store.keep('a', null, 'context', 'key', found);
    const read = again(written(store));
    assert.equal(get(read, 'a'), null);
    assertSame(read.result('key'), found);
  });

  it('is only written when there is something new, or once a day', () => {
    assert.equal(empty().bytes(), null);
    const bytes = written(filled({ a: clean, b: found }));
    const store = again(bytes);
    assertSame(get(store, 'a'), clean);
    assert.equal(store.bytes(), null);
    store.keep('c', state, 'context', 'key of c', clean);
    assertSame(get(again(written(store)), 'b'), found);
    const tomorrow = again(bytes, today + 1);
    get(tomorrow, 'a');
    assertSame(get(again(written(tomorrow)), 'b'), found);
  });

  it('gives the same file for the same results', () => {
    const bytes = written(filled({ a: clean, b: found }));
    const store = again(bytes);
    store.keep('a', state, 'context', 'key of a', clean);
    assert.deepEqual(Buffer.from(written(store)), Buffer.from(bytes));
  });

  it('drops the files that were used longest ago when there are too many, or too many bytes', () => {
    const limits = { ...standardLimits, mostFiles: 20 };
    let store = filled(Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`old${index}`, clean])));
    store = again(written(store, limits), today + 1);
    get(store, 'old7');
    for (let index = 0; index < 10; index++) store.keep(`new${index}`, state, 'context', `new ${index}`, clean);
    store = again(written(store, limits), today + 1);
    const count = (prefix: string): number =>
      Array.from({ length: 15 }, (_, index) => get(store, `${prefix}${index}`)).filter((each) => each !== null).length;
    assert.equal(count('new'), 10);
    assert.notEqual(get(store, 'old7'), null);
    assert.equal(count('old'), 10);

    const long: StoredResult = { ...clean, facts: JSON.stringify('x'.repeat(10_000)) };
    const large = filled({ a: long, b: long, c: long, d: long });
    assert.ok(written(large, { ...standardLimits, mostBytes: 25_000 }).length < 27_000);
  });

  it('forgets files that nobody asked about for a month', () => {
    const store = again(written(filled({ a: found, b: found })), today + 31);
    get(store, 'a');
    const later = again(written(store), today + 31);
    assert.notEqual(get(later, 'a'), null);
    assert.equal(get(later, 'b'), null);
  });

  it('adds what another process wrote meanwhile', () => {
    const first = again(written(filled({ a: clean, b: clean })));
    const second = again(written(filled({ a: clean, b: clean })));
    second.keep('a', { ...state, inode: 9 }, 'context', 'newer a', found);
    second.keep('c', state, 'context', 'key of c', found);
    first.keep('d', state, 'context', 'key of d', found);
    first.addMissing(again(written(second)));
    const both = again(written(first));
    assertSame(both.get('a', { ...state, inode: 9 }, 'context'), found);
    for (const name of ['c', 'd']) assertSame(get(both, name), found);
    assertSame(get(both, 'b'), clean);
  });

  it('counts what it did not write, and what another build wrote, as nothing', () => {
    const bytes = written(filled({ a: clean, b: found }));
    for (let end = 0; end < bytes.length; end++) assert.equal(get(again(bytes.subarray(0, end)), 'a'), null);
    assert.equal(get(again(Buffer.concat([bytes, Buffer.from('x')])), 'a'), null);
    assert.equal(get(ResultStore.read(bytes, 'another build', today), 'a'), null);
    const text = Buffer.from(bytes).toString('latin1');
    for (const version of [5, 7]) {
      const other = Buffer.from(text.replace('results 6', `results ${version}`), 'latin1');
      assert.equal(get(again(other), 'a'), null);
    }
  });

  it('gives the right result or none, whatever byte of its file is damaged', () => {
    const bytes = written(filled({ a: clean, b: found }));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        const store = again(damaged);
        const [a, b] = [get(store, 'a'), get(store, 'b')];
        if (a !== null) assertSame(a, clean);
        if (b !== null) assertSame(b, found);
      }),
      { numRuns: 500 },
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          assert.equal(get(again(bytes), 'a'), null);
        },
      ),
    );
  });
});
