import Ajv from 'ajv';
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { runJsonSchema, runTable, withTable } from '../../scripts/run-documents.mjs';
import { buildRecord } from '../../src/runs/measuring/build-record';
import { applyLine } from '../../src/runs/journal/journal-lines';
import type { RunRecord } from '../../src/runs/record';
import { fieldsOf, runFields, type Fields, type RunField } from '../../src/runs/run';
import { between, fits, type ShapedMembers } from '../../src/system/shapes';
import { headerOf, intervalOf } from './support';

/** The line that a new field of a run is. */
const newField = "  waterLitres: fixed(between(0, 1000), 'the water that cooled it', { unit: 'l', since: '9.9.0' }),";

/** What `schemas/run.schema.json` says of a document: null where it fits, else what is wrong. */
function faultOf(schema: string, document: unknown): string | null {
  const ajv = new Ajv({ formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ }, allowUnionTypes: true });
  return ajv.validate(JSON.parse(schema) as object, document) ? null : ajv.errorsText();
}

describe('runs/run', () => {
  const record = (): RunRecord => {
    const header = headerOf({
      intensity: {
        gramsPerKWh: 300,
        low: 290,
        high: 310,
        zone: 'DE',
        year: 2025,
        source: 'a table',
        basis: 'lifecycle',
        chosenBy: 'project file',
        file: '../pyproject.toml',
      },
      pueFrom: { by: 'project file', file: '../pyproject.toml' },
      sources: [
        {
          component: 'gpu',
          method: 'sensor',
          name: 'GPU-1',
          label: 'a card',
          band: { low: 0.9, high: 1.1 },
          shared: true,
        },
      ],
      missing: [{ component: 'memory', reason: 'nobody measures it' }],
      hardware: { id: 'a', cpu: null, cpuCount: 8, memoryGigabytes: 16 },
    });
    const interval = {
      ...intervalOf({ at: 1000, joules: 3600 }),
      gaps: [{ component: null, reason: 'a stall', seconds: 1, atMostJoules: null }],
    };
    const mark = {
      at: 1000,
      seconds: 1,
      wattHours: 1,
      unit: 'epoch',
      epoch: 1,
      of: null,
      metrics: { val_loss: 0.1 },
      fit: 1,
    } as const;
    const best = {
      at: 1000,
      seconds: 1,
      wattHours: 1,
      metric: 'val_loss',
      value: 0.1,
      epoch: 1,
      evaluationsSince: 0,
      lastEvaluation: 1,
    };
    const lines = [
      { type: 'start', version: 1, ...header },
      { type: 'sample', ...interval },
      { type: 'progress', mark, best },
      { type: 'end', at: 2000, exitCode: 0, meterCpuSeconds: 0.1 },
    ] as const;
    const state = lines.reduce<ReturnType<typeof applyLine>>(applyLine, null);
    assert.ok(state !== null);
    return buildRecord(state, 'completed');
  };

  it('has the JSON Schema and the table in the documentation that it describes (npm run docs)', async () => {
    assert.equal(await readFile('schemas/run.schema.json', 'utf8'), runJsonSchema(runFields));
    const page = await readFile('docs/json.md', 'utf8');
    assert.equal(page, withTable(page, runTable(runFields)));
  });

  it('has one line of documentation for each field', () => {
    for (const [name, { description }] of Object.entries<RunField>(runFields))
      assert.match(description, /^[^\n]{8,}[^.\n]$/, name);
    for (const row of runTable(runFields).split('\n'))
      assert.match(row, /^\|( [^|\n]+ \|){3}$|^\|---\|---\|---\|$/, row);
  });

  it('gives a JSON Schema that a record fits, and a record with a wrong or missing field does not', async () => {
    const schema = await readFile('schemas/run.schema.json', 'utf8');
    const good = record();
    assert.equal(faultOf(schema, JSON.parse(JSON.stringify(good))), null);
    assert.equal(faultOf(schema, { ...good, progress: null }), null, 'green-ml run --json writes null');
    const { energyWh, ...without } = good;
    assert.match(faultOf(schema, without) ?? '', /energyWh/);
    assert.match(faultOf(schema, { ...good, energyWh: { ...energyWh, total: '3' } }) ?? '', /energyWh\/total/);
    assert.match(faultOf(schema, { ...good, scope: 'all' }) ?? '', /scope/);
    assert.match(faultOf(schema, { ...good, startedAt: 'yesterday' }) ?? '', /startedAt/);
  });

  describe('with one more field', () => {
    /** The product and its documents with one more line in the description of a run. */
    let changed: {
      readonly parseJournal: (text: string) => {
        readonly state: { readonly header: object } | null;
        readonly damaged: readonly number[];
      };
      readonly runJsonSchema: (fields: unknown) => string;
      readonly runTable: (fields: unknown) => string;
      readonly runFields: unknown;
    };
    let folder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'green-ml-field-'));
      const outfile = join(folder, 'changed.cjs');
      const contents =
        "export { parseJournal } from './src/runs/journal/journal-lines'; export { runFields } from './src/runs/run'; export { runJsonSchema, runTable } from './scripts/run-documents.mjs';";
      await build({
        stdin: { contents, resolveDir: '.', loader: 'ts' },
        bundle: true,
        platform: 'node',
        format: 'cjs',
        outfile,
        logLevel: 'silent',
        plugins: [
          {
            name: 'one more field',
            setup: (plugins) => {
              plugins.onLoad({ filter: /[\\/]src[\\/]runs[\\/]run\.ts$/ }, async ({ path }) => {
                const text = await readFile(path, 'utf8');
                const withField = text.replace('export const runFields = {\n', (start) => `${start}${newField}\n`);
                assert.notEqual(withField, text);
                return { contents: withField, loader: 'ts' };
              });
            },
          },
        ],
      });
      changed = (await import(outfile)) as typeof changed;
    });
    after(() => rm(folder, { recursive: true }));

    it('reads it in the first line of a journal file, and refuses a wrong one', () => {
      const line = (water: unknown): string =>
        `${JSON.stringify({ type: 'start', version: 1, ...headerOf(), waterLitres: water })}\n\n`;
      const header: { waterLitres?: unknown } | undefined = changed.parseJournal(line(3)).state?.header;
      assert.equal(header?.waterLitres, 3);
      for (const wrong of ['3', -1, null, undefined])
        assert.deepEqual(changed.parseJournal(line(wrong)), { state: null, samples: [], damaged: [1] });
    });

    it('describes it in the JSON Schema and in the table', () => {
      const schema = changed.runJsonSchema(changed.runFields);
      assert.match(faultOf(schema, record()) ?? '', /must have required property 'waterLitres'/);
      assert.equal(faultOf(schema, { ...record(), waterLitres: 3 }), null);
      assert.match(faultOf(schema, { ...record(), waterLitres: 5000 }) ?? '', /waterLitres must be <= 1000/);
      assert.match(schema, /"description": "the water that cooled it \(l\) \(since 9\.9\.0\)"/);
      assert.ok(
        changed
          .runTable(changed.runFields)
          .includes('| `waterLitres` | number in l | the water that cooled it (since 9.9.0) |'),
      );
    });

    it('has it in the types of header and record', () => {
      const shape = between(0, 1000);
      const fields = {
        ...runFields,
        waterLitres: { header: shape, record: shape, description: 'the water that cooled it' },
      };
      const header: ShapedMembers<Fields<'header', typeof fields>> = { ...headerOf(), waterLitres: 3 };
      const same: ShapedMembers<Fields<'record', typeof fields>> = { ...record(), waterLitres: header.waterLitres };
      // @ts-expect-error: it is a number
      const wrong: ShapedMembers<Fields<'header', typeof fields>> = { ...headerOf(), waterLitres: '3' };
      // @ts-expect-error: it must be there
      const missing: ShapedMembers<Fields<'record', typeof fields>> = record();
      assert.equal(same.waterLitres, 3);
      assert.ok(fits(v.object(fieldsOf('header', fields)), header));
      assert.ok(!fits(v.object(fieldsOf('header', fields)), wrong) && !('waterLitres' in missing));
    });
  });
});
