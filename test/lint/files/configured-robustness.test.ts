import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { lintConfigured, type ConfiguredAnalysis } from '../../../src/lint/files/configured';
import { decodeSource } from '../../../src/lint/files/decode';
import { withEdits } from '../../../src/lint/fixes/apply-fixes';
import { documentedRules as allRules } from '../../../src/lint/rules/documented';
import { damaged, damages } from '../../support/damage';

const settings = settingsFor(allRules, { ...defaultConfig, select: ['all'] }, 'train.yaml');

/** No text takes longer than this, however slow the machine is; what is held up would take minutes. */
const longest = 30_000;

const isValid = (text: string): boolean =>
  [parseAllDocuments(text.replace(/\r(?!\n)/g, '\n'))].flat().every((document) => document.errors.length === 0);

/** What is said of a text: in time, of places within it, and with fixes that leave it as valid as it was. */
async function analyse(text: string): Promise<ConfiguredAnalysis> {
  const start = performance.now();
  const analysis = await lintConfigured(text, settings);
  assert.ok(performance.now() - start < longest, `it took ${performance.now() - start} ms`);
  const lines = text.split(/\r\n|\r|\n/);
  const isWithin = ({ row, column }: { readonly row: number; readonly column: number }): boolean =>
    row < lines.length && column <= (lines[row] ?? '').length;
  for (const { start: first, end, message, fixes, silencing } of analysis.findings) {
    assert.match(message, /^[A-Z][^\n]*\.$/);
    assert.doesNotMatch(message, /Infinity|NaN|undefined|null|\[object/);
    assert.ok(isWithin(first) && isWithin(end), JSON.stringify({ first, end }));
    for (const { edits } of [...fixes, ...(silencing === null ? [] : [{ edits: [silencing] }])]) {
      assert.ok(edits.every((edit) => isWithin(edit.start) && isWithin(edit.end)));
      assert.ok(isValid(withEdits(text, edits)), withEdits(text, edits).slice(0, 1000));
    }
  }
  assert.ok(
    analysis.problem === null || /^It is not valid YAML at line \d+\.$/.test(analysis.problem),
    analysis.problem ?? '',
  );
  return analysis;
}

const rulesIn = async (text: string): Promise<readonly string[]> =>
  (await analyse(text)).findings.map(({ rule }) => rule);

const axolotl = 'base_model: Qwen/Qwen3-0.6B\nsequence_len: 4096\npad_to_sequence_len: true\nnum_epochs: 20\n';
const factory =
  'model_name_or_path: Qwen/Qwen3-4B\nstage: sft\ndo_train: true\nfinetuning_type: lora\nflash_attn: fa2\nper_device_train_batch_size: 8\nnum_train_epochs: 20.0\n';
const rewards = 'model_name_or_path: Qwen/Qwen3-0.6B\nnum_generations: 16\nlearning_rate: 1.0e-06\n';
const sweep =
  'method: grid\nparameters:\n  lr:\n    values: [0.1, 0.01]\n  depth:\n    values:\n      - 2\n      - 4\n';
const samples: Readonly<Record<string, string>> = { axolotl, 'LLaMA-Factory': factory, TRL: rewards, 'W&B': sweep };
const all = Object.values(samples).join('---\n');
const foundInAll = [
  'constant-padding',
  'missing-early-stopping',
  'unpacked-fine-tuning',
  'missing-early-stopping',
  'generation-without-engine',
  'grid-search',
];

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

describe('whatever the configuration', () => {
  it('is in the samples, all of them are found', async () => {
    assert.deepEqual(await rulesIn(all), foundInAll);
    for (const text of [
      all.replaceAll('\n', '\r\n'),
      `# é\n${all}`,
      `${all}...\n`,
      `--- \n${all}`,
      `%YAML 1.2\n---\n${all}`,
    ])
      assert.deepEqual(await rulesIn(text), foundInAll, text);
  });

  for (const [name, sample] of Object.entries(samples)) {
    it(`is truncated anywhere, it is answered: ${name}`, async () => {
      for (let length = 0; length <= sample.length; length++) await analyse(sample.slice(0, length));
    });
  }

  it('is damaged, it is answered', async function () {
    this.timeout(120_000);
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '\t',
        '\r',
        '\r\n',
        '&a ',
        '*a',
        '<<: *a\n',
        '? ',
        '- ',
        ': ',
        '|\n',
        '>-\n',
        '!!set ',
        '{',
        '}',
        '[',
        '"',
        "'",
        '#',
        '---\n',
        '...\n',
        '%TAG ! x\n',
        '\ufeff',
        '\0',
        '__proto__: 1\n',
      ),
    );
    const damage = damages(all.length, piece, { remove: 20, least: 1, most: 5 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.values(samples), all), damage, async (sample, edits) => {
        await analyse(damaged(sample, edits));
      }),
      { numRuns: 1500 },
    );
  });

  it('is of any bytes, it is answered', async () => {
    const bytes = Buffer.from(all);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), fc.uint8Array({ minLength: 1, maxLength: 12 }), async (at, insert) => {
        const decoded = decodeSource(Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at)]));
        if ('text' in decoded) await analyse(decoded.text);
      }),
      { numRuns: 300 },
    );
    const marked = decodeSource(Buffer.from(`\ufeff${all}`));
    assert.deepEqual('text' in marked ? await rulesIn(marked.text) : [], foundInAll);
  });

  const heaps: Readonly<Record<string, string>> = {
    'brackets in brackets': `${axolotl}x: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`,
    'brackets that never close': `${axolotl}x: ${'['.repeat(90_000)}\n`,
    'brackets in brackets on many lines': `${axolotl}x: ${'[\n '.repeat(30_000)}${']\n '.repeat(30_000)}\n`,
    'brackets that never close on many lines': `${axolotl}x: ${'[\n '.repeat(60_000)}\n`,
    'flow maps in flow maps': `${axolotl}x: ${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}\n`,
    'lists in lists on one line': `${axolotl}x:\n  ${'- '.repeat(50_000)}1\n`,
    'maps in maps': `${axolotl}x:\n${times(500, (depth) => `${' '.repeat(depth + 1)}a:\n`)}`,
    'keys that are asked for': `${axolotl}${'? '.repeat(50_000)}1\n`,
    '12,000 keys': `${axolotl}${times(12_000, (index) => `key_${index}: 1\n`)}`,
    '40,000 texts': `${axolotl}datasets:\n${'- a\n'.repeat(40_000)}`,
    '40,000 aliases': `${axolotl}a: &a 1\nx: [${'*a,'.repeat(40_000)}]\n`,
    '10,000 anchors': `${axolotl}x: [${times(10_000, (index) => `&a${index} 1, `)}]\ny: [${'*a9999, '.repeat(5000)}]\n`,
    'aliases of aliases': `${axolotl}a0: &a0 [1, 2]\n${times(60, (index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]\n`)}`,
    'an alias of itself': `${axolotl}a: &a\n  b: *a\n  c: [*a, *a]\n`,
    'merges of merges': `${axolotl}a0: &a0 {x: 1}\n${times(1000, (index) => `a${index + 1}: &a${index + 1} {<<: *a${index}, <<: [*a${index}, *a0]}\n`)}`,
    '40,000 documents': `${'---\n'.repeat(40_000)}${axolotl}`,
    'a long text': `${axolotl}x: |\n${'  a b: c\n'.repeat(20_000)}`,
    'a long line': `${axolotl}x: ${'a: '.repeat(60_000)}\n`,
    'quotes without end': `${axolotl}x: "${'a\\'.repeat(60_000)}\n`,
    comments: `${axolotl}${'# green-ml: ignore[grid-search] x\n'.repeat(5000)}`,
    tags: `${axolotl}${times(2000, (index) => `x${index}: !!js/function "x"\n`)}`,
    directives: `${'%TAG ! tag:x\n'.repeat(10_000)}---\n${axolotl}`,
    '10 MB': `${axolotl}${'# x\n'.repeat(2_500_000)}`,
    '10 MB on one line': `${axolotl}x: ${'a'.repeat(10_000_000)}`,
    spaces: `base_model:${' '.repeat(150_000)}\nsequence_len${' '.repeat(40_000)}: 1\n`,
    'words like those of sweeps': `method: ${'grid '.repeat(30_000)}\n`,
    'methods without parameters': 'method: x\n'.repeat(19_000),
  };
  for (const [name, text] of Object.entries(heaps)) {
    it(`is a heap, it is answered: ${name}`, async function () {
      this.timeout(2 * longest);
      await analyse(text);
    });
  }

  it('has keys that objects have, they are keys like others', async () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then']) {
      assert.deepEqual(
        await rulesIn(`${key}: {sample_packing: true, then: 1}\n${axolotl}${key}s: 1\n`),
        foundInAll.slice(0, 2),
        key,
      );
      assert.deepEqual(await rulesIn(`${key}: sft\nmodel_name_or_path: a\n`), [], key);
      assert.deepEqual(await rulesIn(`method: ${key}\nparameters: {${key}: {values: [1]}} # grid\n`), [], key);
      assert.deepEqual(
        await rulesIn(`method: grid\nparameters: {${key}: {values: [1, 2]}, lr: {values: [1, 2]}}\n`),
        ['grid-search'],
        key,
      );
    }
    assert.deepEqual(await rulesIn(`${axolotl}__proto__:\n  early_stopping_patience: 3\n`), foundInAll.slice(0, 2));
  });

  it('has a key twice or a tab for a space, it says so', async () => {
    for (const text of [
      `${axolotl}num_epochs: 3\n`,
      `${axolotl}x:\n\ty: 1\n`,

      `${axolotl}x: [1\n`,
    ])
      assert.match((await analyse(text)).problem ?? '', /^It is not valid YAML at line \d+\.$/, text);
  });

  it('has numbers of other kinds, they are not guessed', async () => {
    for (const number of [
      '"4096"',
      "'4096'",
      '.inf',
      '-.inf',
      '.nan',
      '-4096',

      '~',
      '',
      '[4096]',
      '{a: 1}',
      '1e999',
      '4096 tokens',
      '!!str 4096',
      '${LENGTH}',
    ])
      assert.deepEqual(await rulesIn(axolotl.replace('4096', number).replace('20', number)), [], number);
    for (const number of ['0x1000', '4_096', '0o10000'])
      assert.deepEqual((await analyse(axolotl.replace('4096', number))).problem, null, number);
    assert.deepEqual(await rulesIn(axolotl.replace('20', '1e3')), foundInAll.slice(0, 2));
  });
});
