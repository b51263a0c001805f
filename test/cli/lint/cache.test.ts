import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LintCache, type CachedResult } from '../../../src/cli/lint/cache';
import type { Finding } from '../../../src/lint/engine/findings';

const clean: CachedResult = { findings: [], problem: null, linted: true, settles: [] };
const finding: Finding = {
  rule: 'grid-search',
  practice: 16,
  severity: 'warning',
  message: '361 fits.',
  headline: '361 fits',
  cell: null,
  start: { row: 1, column: 2 },
  end: { row: 1, column: 9 },
  estimate: { fits: 361 },
  fixes: [],
  silencing: null,
};
const found: CachedResult = { findings: [finding], problem: 'It is broken.', linted: true, settles: ['no-baseline'] };

function written(cache: LintCache): string {
  const text = cache.text();
  assert.ok(text !== null, 'there was nothing to write');
  return text;
}

function filled(entries: Readonly<Record<string, CachedResult>>): LintCache {
  const cache = LintCache.read(null);
  for (const [key, answer] of Object.entries(entries)) cache.keep(key, answer);
  return cache;
}

describe('the cache of the linter', () => {
  it('gives back what it was given', () => {
    const again = LintCache.read(written(filled({ a: clean, b: found })));
    assert.deepEqual([again.get('a'), again.get('b'), again.get('c')], [clean, found, null]);
  });

  it('is only written when there is something new', () => {
    assert.equal(LintCache.read(null).text(), null);
    const again = LintCache.read(written(filled({ a: clean, b: found })));
    again.keep('a', clean);
    assert.equal(again.text(), null);
    again.keep('c', clean);
    assert.deepEqual(LintCache.read(written(again)).get('b'), found);
  });

  it('lets go of what was not asked for last time when it grows too large', () => {
    const old = LintCache.read(
      written(filled(Object.fromEntries(Array.from({ length: 15_000 }, (_, index) => [`old${index}`, clean])))),
    );
    old.keep('old7', clean);
    for (let index = 0; index < 10_000; index++) old.keep(`new${index}`, clean);
    const again = LintCache.read(written(old));
    const count = (prefix: string, most: number): number =>
      Array.from({ length: most }, (_, index) => again.get(`${prefix}${index}`)).filter((answer) => answer !== null)
        .length;
    assert.equal(count('new', 10_000), 10_000);
    assert.notEqual(again.get('old7'), null);
    assert.equal(count('new', 10_000) + count('old', 15_000), 20_000);
  });

  it('does not outgrow its length by long messages', () => {
    const long: CachedResult = { ...found, problem: 'x'.repeat(3_000_000) };
    assert.ok(written(filled({ a: long, b: long, c: long, d: long })).length < 8_100_000);
  });

  it('takes anything that it did not write for nothing', () => {
    const text = written(filled({ a: clean, b: found }));
    for (let end = 0; end < text.length - 3; end++) assert.equal(LintCache.read(text.slice(0, end)).get('a'), null);
    for (const broken of [
      'null',
      '[]',
      '{}',
      '{"version":2,"entries":[["a",0]]}',
      '{"version":1,"entries":{"a":0}}',
      '\0\xff',
    ]) {
      assert.equal(LintCache.read(broken).get('a'), null);
    }
    const entries = [
      ['a', 1],
      ['a', null],
      'a',
      [0, 0],
      ['a', { ...found, findings: [{ ...finding, start: null }] }],
      ['a', { ...found, linted: 1 }],
      ['a', { ...found, settles: [1] }],
      ['a', { ...found, problem: {} }],
    ];
    for (const entry of entries)
      assert.equal(LintCache.read(JSON.stringify({ version: 1, entries: [entry] })).get('a'), null);
  });

  it('survives any text and any JSON', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"version":1,"entries":[["a",${json}]]}`),
        ),
        (text) => {
          LintCache.read(text).get('a');
        },
      ),
    );
  });
});
