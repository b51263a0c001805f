import assert from 'node:assert/strict';
import fc from 'fast-check';
import { allRules } from '../../../src/lint/rules';
import { defaultConfig, settingsFor, type LintConfig } from '../../../src/lint/engine/settings';
import { lintConfigured, type ConfiguredAnalysis } from '../../../src/lint/files/configured';

const analyse = (text: string, config: Partial<LintConfig> = {}, path = 'sweep.yaml'): Promise<ConfiguredAnalysis> =>
  lintConfigured(text, settingsFor(allRules, { ...defaultConfig, ...config }, path));

const grid = `program: train.py
method: grid
metric: {name: val_loss, goal: minimize}
parameters:
  learning_rate:
    values: [0.001, 0.01, 0.1]
  layers:
    values:
      - 1
      - 2
      - 4
      - 8
  width:
    values: [16, 32, 64, 128, 256]
  epochs:
    value: 20
`;

const sweep = (method: string, more: string, parameter = 'values: [1, 2]'): string =>
  `method: ${method}\n${more}parameters:\n  a:\n    ${parameter}\n`;

async function estimateOf(parameters: string): Promise<unknown> {
  const { findings } = await analyse(`method: grid\nparameters:\n${parameters}`);
  return findings[0]?.estimate?.['candidates'];
}

describe('sweeps of Weights & Biases in YAML', () => {
  it('are counted as in Python, at their method', async () => {
    const { findings, isKnown, problem } = await analyse(grid);
    assert.deepEqual([isKnown, problem], [true, null]);
    assert.deepEqual(
      findings.map(({ rule, severity, estimate, start, end }) => ({ rule, severity, estimate, start, end })),
      [
        {
          rule: 'grid-search',
          severity: 'warning',
          estimate: { candidates: 60, splits: null, fits: 60 },
          start: { row: 1, column: 0 },
          end: { row: 1, column: 12 },
        },
      ],
    );
    assert.match(findings[0]?.message ?? '', /^This sweep tries 60 candidates, one run each\. method: bayes or random/);
  });

  it('count nested parameters, anchors, merges of flow and block', async () => {
    assert.equal(
      await estimateOf('  a: {values: [1, 2, 3]}\n  b: {parameters: {c: {values: [1, 2]}, d: {value: 1}}}\n'),
      6,
    );
    assert.equal(await estimateOf('  a: &ten {values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\n  b: *ten\n'), 100);
    assert.equal(await estimateOf('  a: {values: [1, 2]}\n  b: {min: 1, max: 5}\n'), 10);
    assert.equal(await estimateOf('  a: {distribution: int_uniform, min: 0, max: 1}\n  b: {min: 1, max: 5}\n'), 10);
    assert.equal(await estimateOf('  a: {values: [1, 2]}\n  b: {distribution: q_uniform, min: 0, max: 1}\n'), null);
    assert.equal(await estimateOf('  {}\n'), 1);
  });

  it('do not advise what is there already, and say what a cap leaves of a grid', async () => {
    const said = async (text: string): Promise<string> => (await analyse(text)).findings[0]?.message ?? '';
    assert.match(await said(grid), /early_terminate/);
    assert.doesNotMatch(await said(`early_terminate: {type: hyperband}\n${grid}`), /early_terminate/);
    assert.match(
      await said(sweep('grid', 'run_cap: 10\n', 'distribution: q_normal')),
      /^This sweep goes through a grid in order, and stops after 10 runs/,
    );
  });

  it('know a grid that never ends', async () => {
    const never = /never ends/;
    assert.match((await analyse(sweep('grid', '', 'min: 0.0\n    max: 1.0'))).findings[0]?.message ?? '', never);
    assert.match(
      (await analyse(sweep('grid', '', 'distribution: uniform\n    min: 0\n    max: 1'))).findings[0]?.message ?? '',
      never,
    );
    assert.doesNotMatch((await analyse(sweep('grid', '', 'min: 0\n    max: 1'))).findings[0]?.message ?? '', never);
  });

  it('speak in tiers', async () => {
    const tier = async (text: string, path?: string): Promise<unknown> =>
      (await analyse(text, {}, path)).findings.map(({ rule, severity }) => [rule, severity]);
    assert.deepEqual(await tier(sweep('grid', '')), [['grid-search', 'hint']]);
    assert.deepEqual(await tier(sweep('grid', '', 'value: 3')), [['grid-search', 'information']]);
    assert.deepEqual(await tier(grid.replace('method', 'run_cap: 55\nmethod')), [['grid-search', 'information']]);
    assert.deepEqual(await tier(grid.replace('method', 'run_cap: 5\nmethod')), [['grid-search', 'hint']]);
    assert.deepEqual(await tier(grid, 'test_sweep.yaml'), [['grid-search', 'information']]);
    for (const method of ['random', 'bayes']) {
      assert.deepEqual(await tier(sweep(method, '')), [['unbounded-training', 'information']]);
      assert.deepEqual(await tier(sweep(method, 'run_cap: 20\n')), []);
    }
  });

  it('obey the configuration and comments', async () => {
    assert.deepEqual((await analyse(grid, { ignore: ['P16'] })).findings, []);
    assert.equal(
      (await analyse(grid, { thresholds: { 'grid-search': { candidates: 60 } } })).findings[0]?.severity,
      'hint',
    );
    for (const comment of [
      'method: grid  # green-ml: ignore[grid-search] small',
      '# green-ml: ignore[P16] small\nmethod: grid',
      'method: grid # noqa',
      '# green-ml: ignore-file[grid-search] x\nmethod: grid',
    ]) {
      assert.deepEqual((await analyse(grid.replace('method: grid', comment))).findings, [], comment);
    }
    assert.equal(
      (await analyse(grid.replace('method: grid', "method: 'grid'\ndescription: 'x#green-ml: ignore[grid-search]'")))
        .findings.length,
      1,
    );
  });

  it('are told from all other YAML', async () => {
    for (const text of [
      '',
      'a: 1\n',
      'method: grid\n',
      'parameters: {a: {values: [1]}}\n',
      'method: POST\nparameters:\n  - name: id\n',
      'sweep:\n  method: grid\n  parameters: {}\n',
      '- method: grid\n  parameters: {}\n',
      '# method: grid\nparameters:\n  a: 1\n',
      'method: [grid]\nparameters: {}\n',
      'text: |\n  method: grid\n  parameters:\n',
      `method: grid\nparameters:\n${'# x\n'.repeat(60_000)}`,
    ]) {
      assert.deepEqual(await analyse(text), { isKnown: false, findings: [], problem: null }, text.slice(0, 80));
    }
  });

  it('are found in any document of a file, with Windows lines', async () => {
    const { findings } = await analyse(`a: 1\n---\n${grid}---\n${grid}`.replaceAll('\n', '\r\n'));
    assert.deepEqual(
      findings.map(({ start }) => start.row),
      [3, 20],
    );
  });

  it('say in one sentence when they cannot be read', async () => {
    const { problem, findings } = await analyse(`${grid}  broken: [1,\n`);
    assert.match(problem ?? '', /^It is not valid YAML at line \d+\.$/);
    assert.deepEqual(findings, []);
  });

  it('never hang or crash', async () => {
    const bomb = `method: grid\nparameters:\n  a0: &a0 {values: [1,2,3]}\n${Array.from({ length: 30 }, (_, i) => `  a${i + 1}: &a${i + 1} {parameters: {x: *a${i}, y: *a${i}, z: *a${i}}}`).join('\n')}\n`;
    assert.equal((await analyse(bomb)).isKnown, true);
    assert.equal((await analyse('method: grid\nparameters: &p\n  a: *p\n')).findings.length, 1);
    await fc.assert(
      fc.asyncProperty(fc.nat(grid.length), fc.string({ maxLength: 12 }), async (at, text) => {
        await analyse(grid.slice(0, at) + text + grid.slice(at));
      }),
    );
  });
});
