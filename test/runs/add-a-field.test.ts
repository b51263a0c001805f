import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { formatLine } from '../../src/runs/journal/journal-lines';
import { TreeCopy } from '../support/tree-copy';
import { headerOf, intervalOf } from './support';

describe('a field of a run that is added', function () {
  this.timeout(600_000);

  it('is in the types, the journal, the record, the JSON Schema, the table and runs show --json', async () => {
    await TreeCopy.with((copy) => {
      copy.addAfter(
        'src/runs/run.ts',
        /export const runFields = \{\n/,
        "  room: later(v.nullable(text), v.nullable(text), 'the room in which the machine stands', { since: '9.9.0' }),\n",
      );
      const types = (): string => copy.typeFaults('src/runs/measuring/meter.ts');
      assert.match(types(), /build-record\.ts.*\n?.*'room' is missing/, 'the compiler names the file to fill it in');
      copy.addAfter('src/runs/measuring/build-record.ts', /kind: header\.kind,\n/, 'room: header.room ?? null,\n');
      copy.addAfter('src/runs/measuring/meter.ts', /kind: run\.kind,\n/, "room: 'the attic',\n");
      assert.equal(types(), '');

      copy.run('scripts/run-docs.mjs');
      const schema = JSON.parse(copy.read('schemas/run.schema.json')) as {
        readonly properties: Readonly<Record<string, unknown>>;
        readonly required: readonly string[];
      };
      assert.deepEqual(schema.properties['room'], {
        type: ['string', 'null'],
        description: 'the room in which the machine stands (since 9.9.0)',
      });
      assert.ok(schema.required.includes('room'));
      assert.ok(
        copy
          .read('docs/json.md')
          .includes('| `room` | string, `null` | the room in which the machine stands (since 9.9.0) |'),
      );

      copy.run('scripts/build.mjs');
      const state = copy.path('state');
      const greenMl = (...args: readonly string[]): string =>
        execFileSync(process.execPath, [copy.path('dist', 'cli.js'), ...args], {
          encoding: 'utf8',
          stdio: 'pipe',
          env: { ...process.env, XDG_STATE_HOME: state },
        });
      const roomOf = (id: string): unknown =>
        (JSON.parse(greenMl('runs', 'show', id, '--json')) as Readonly<Record<string, unknown>>)['room'];
      greenMl('run', '--json', copy.path('run.json'), '--', process.execPath, '-e', '');
      const record = JSON.parse(copy.read('run.json')) as { readonly id: string; readonly room: unknown };
      assert.equal(record.room, 'the attic');
      assert.equal(roomOf(record.id), 'the attic');

      // A file of the version before it, and one whose room is no text.
      const old = '20250101T000000Z-000001';
      const journal = copy.path('state', 'green-ml', 'runs');
      mkdirSync(journal, { recursive: true });
      const start = { type: 'start', version: 1, ...headerOf({ id: old, startedAt: Date.UTC(2025, 0, 1) }) } as const;
      const rest = formatLine({ type: 'sample', ...intervalOf({ at: Date.UTC(2025, 0, 1) + 1000, joules: 1 }) });
      copy.write(`state/green-ml/runs/${old}.jsonl`, formatLine(start) + rest);
      assert.equal(roomOf(old), null);
      copy.write(`state/green-ml/runs/${old}.jsonl`, `${JSON.stringify({ ...start, room: 5 })}\n${rest}`);
      assert.throws(() => roomOf(old));
    });
  });
});
