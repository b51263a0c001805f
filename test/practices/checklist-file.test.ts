import Ajv from 'ajv';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  emptyChecklist,
  itemState,
  practiceState,
  withChange,
  type ChecklistChange,
} from '../../src/practices/checklist';
import { changeChecklistText, readChecklist } from '../../src/practices/checklist-file';
import { practiceKey } from '../../src/practices/practice';
import { practices } from '../../src/practices/table';

const anyItem = fc.constantFrom(
  ...practices.flatMap(({ number, items }) => items.map(({ id }) => ({ practice: number, item: id }))),
);

const anyChange: fc.Arbitrary<ChecklistChange> = fc.oneof(
  fc.tuple(anyItem, fc.boolean()).map(([where, done]): ChecklistChange => ({ kind: 'tick', ...where, done })),
  fc
    .tuple(anyItem, fc.string({ unit: 'grapheme' }))
    .map(([where, note]): ChecklistChange => ({ kind: 'note', ...where, note })),
  fc.array(anyItem, { maxLength: 5 }).map((items): ChecklistChange => ({ kind: 'accept', items })),
  fc
    .tuple(fc.integer({ min: 1, max: 17 }), fc.option(fc.string()))
    .map(([practice, reason]): ChecklistChange => ({ kind: 'not-applicable', practice, reason })),
);

function change(text: string | null, ...changes: readonly ChecklistChange[]): string {
  let current = text;
  for (const each of changes) {
    const result = changeChecklistText(current, each);
    assert.ok('text' in result, 'problem' in result ? result.problem : '');
    current = result.text;
  }
  return current ?? '';
}

function read(text: string): Extract<ReturnType<typeof readChecklist>, { kind: 'read' }> {
  const reading = readChecklist(text);
  assert.ok(reading.kind === 'read', JSON.stringify(reading));
  return reading;
}

const tick = (practice: number, item: string, done = true): ChecklistChange => ({ kind: 'tick', practice, item, done });

/** Merges two versions as Git does; the text, and the number of conflicts. */
function merge(ours: string, base: string, theirs: string): { text: string; conflicts: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-merge-'));
  try {
    const paths = Object.entries({ ours, base, theirs }).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    const { stdout, status } = spawnSync('git', ['merge-file', '-p', ...paths], { encoding: 'utf8' });
    return { text: stdout, conflicts: status };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('practices/checklist-file', () => {
  it('reads what it wrote, whatever people did', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { minLength: 1, maxLength: 12 }), (changes) => {
        const expected = changes.reduce(withChange, emptyChecklist);
        const { checklist } = read(change(null, ...changes));
        for (const { number, items } of practices) {
          const [written, meant] = [practiceState(checklist, number), practiceState(expected, number)];
          assert.equal(written.notApplicable, meant.notApplicable);
          for (const { id } of items) assert.deepEqual(itemState(written, id), itemState(meant, id));
        }
      }),
    );
  });

  it('writes the same text for the same answers, in whatever order they were given', () => {
    const [a, b] = [tick(16, 'no-grid-search'), tick(1, 'runs-measured')];
    assert.equal(change(null, a, b), change(null, b, a));
    assert.equal(change(change(null, a), tick(16, 'no-grid-search', false), b), change(null, b));
  });

  it('keeps one line an item, and stays small', () => {
    const text = change(null, tick(1, 'runs-measured'));
    for (const { items } of practices) {
      for (const { id } of items)
        assert.equal(
          text.split('\n').filter((line) => line.trim().startsWith(`"${id}": {`) && line.includes('}')).length,
          1,
          id,
        );
    }
    assert.match(text, /^ {6}"runs-measured": \{ "done": true \},$/m);
    assert.ok(text.length < 6000, String(text.length));
    assert.ok(text.endsWith('}\n'));
  });

  it('lets Git merge what two people tick, be it side by side', () => {
    const base = change(null, tick(2, 'run-budget'));
    fc.assert(
      fc.property(anyItem, anyItem, (mine, yours) => {
        fc.pre(mine.item !== yours.item);
        const acts = [mine, yours].map(({ practice, item }) => tick(practice, item, item !== 'run-budget'));
        const { text, conflicts } = merge(change(base, acts[0]!), base, change(base, acts[1]!));
        assert.equal(conflicts, 0, text);
        assert.equal(text, change(base, ...acts));
      }),
      { numRuns: 25 },
    );
  });

  it('keeps what a later version or the team added', () => {
    const text = JSON.stringify({
      version: 1,
      team: ['x', 2],
      practices: {
        P1: { 'runs-measured': { done: false, since: 'spring' }, 'our-own': { done: true }, notApplicable: false },
        P18: { x: { done: true } },
      },
    });
    const written = JSON.parse(change(text, tick(1, 'runs-measured'))) as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    assert.deepEqual(written['team'], ['x', 2]);
    assert.deepEqual(written['practices']!['P1']!['runs-measured'], { done: true, since: 'spring' });
    assert.deepEqual(written['practices']!['P1']!['our-own'], { done: true });
    assert.deepEqual(written['practices']!['P18'], { x: { done: true } });
  });

  it('keeps the line ends of the file, and reads one with a byte order mark', () => {
    const windows = change(null, tick(1, 'runs-measured')).replaceAll('\n', '\r\n');
    const changed = change(windows, tick(1, 'location-known'));
    assert.equal(changed.replaceAll('\r\n', ''), changed.replaceAll('\r\n', '').replaceAll('\n', ''));
    assert.equal(read(`\uFEFF${windows}`).checklist.practices.size, 17);
  });

  it('never writes to a file that is broken or newer, and says what to do', () => {
    const cases: readonly (readonly [text: string, kind: string, problem: RegExp, line: number | null])[] = [
      ['', 'broken', /not valid JSON/, 1],
      ['{\n  "version": 1,\n  oops\n}', 'broken', /not valid JSON/, 3],
      ['[]', 'broken', /must contain a JSON object/, 1],
      ['{ "version": 2 }', 'newer', /newer version of Green ML \(format 2/, null],
      ['{ "version": "1" }', 'broken', /"version" must be 1/, 1],
      ['{ "practices": {} }', 'broken', /"version" must be 1/, null],
      ['{\n"version": 1,\n"practices": []\n}', 'broken', /"practices" must be an object/, 3],
      ['{ "version": 1,\n"practices": { "P1": true } }', 'broken', /"P1" must be an object/, 2],
      ['{ "version": 1, "practices": {\n"P1": { "notApplicable": true } } }', 'broken', /"notApplicable" of "P1"/, 2],
      [
        '{ "version": 1, "practices": { "P1": {\n"runs-measured": "yes" } } }',
        'broken',
        /"runs-measured" must be an object/,
        2,
      ],
      [
        '{ "version": 1, "practices": { "P1": {\n"runs-measured": { "done": 1 } } } }',
        'broken',
        /"runs-measured" must be an object/,
        2,
      ],
      [`{\n${'<'.repeat(7)} ours\n}`, 'broken', /unfinished merge/, 2],
    ];
    for (const [text, kind, problem, line] of cases) {
      const reading = readChecklist(text);
      assert.ok(reading.kind !== 'read', text);
      assert.equal(reading.kind, kind, text);
      assert.match(reading.problem, problem);
      assert.equal(reading.line, line, text);
      assert.deepEqual(changeChecklistText(text, tick(1, 'runs-measured')), { problem: reading.problem });
    }
  });

  it('takes a time that grows with the file alone', () => {
    const listed = Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`k${index}`, {}]));
    const text = JSON.stringify({ version: 1, practices: listed });
    const spent = process.cpuUsage();
    assert.equal(readChecklist(text).kind, 'read');
    const broken = readChecklist(text.replace('"k69999":{}', '"k69999":1'));
    assert.equal(broken.kind, 'broken');
    // To look for each key in the whole text took 19 s of the processor.
    assert.ok(process.cpuUsage(spent).user < 5e6);
  });

  it('never throws, and never changes what it cannot read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const result = changeChecklistText(text, tick(1, 'runs-measured'));
        if (readChecklist(text).kind !== 'read') assert.ok('problem' in result);
      }),
    );
  });

  it('does nothing for practices and items that do not exist', () => {
    const text = change(null, tick(1, 'runs-measured'));
    assert.equal(change(text, tick(18, 'runs-measured'), tick(2, 'runs-measured'), tick(1, '__proto__')), text);
  });

  it('is what its schema describes (npm run docs)', () => {
    const schema = JSON.parse(readFileSync('schemas/checklist.schema.json', 'utf8')) as {
      properties: {
        practices: { properties: Record<string, { properties: Record<string, { description?: string }> }> };
      };
    };
    const validate = new Ajv({ strict: false }).compile(schema);
    const text = change(
      null,
      tick(1, 'runs-measured'),
      { kind: 'not-applicable', practice: 7, reason: 'tables only' },
      { kind: 'note', practice: 2, item: 'time-cap', note: 'in CI' },
    );
    assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors));
    assert.ok(!validate({ version: 1, practices: { P1: { 'runs-measured': true } } }));
    assert.ok(!validate({ version: 2, practices: {} }));
    const known = schema.properties.practices.properties;
    assert.deepEqual(
      Object.keys(known),
      practices.map(({ number }) => practiceKey(number)),
    );
    for (const { number, items } of practices) {
      assert.deepEqual(Object.keys(known[practiceKey(number)]!.properties), [
        ...items.map(({ id }) => id),
        'notApplicable',
      ]);
      for (const { id, text: item } of items)
        assert.equal(known[practiceKey(number)]!.properties[id]!.description, `${item}.`);
    }
  });
});
