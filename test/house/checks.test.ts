import assert from 'node:assert/strict';
import js from '@eslint/js';
import { ESLint } from 'eslint';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { configs } from 'typescript-eslint';

type Level = 'off' | 'error' | 'warn' | 0 | 1 | 2;
type Rules = Readonly<Record<string, Level | readonly [Level, ...unknown[]] | undefined>>;

interface OxlintConfig {
  readonly rules: Rules;
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules?: Rules }[];
}

const isOn = (setting: Rules[string]): boolean => {
  const level = Array.isArray(setting) ? (setting as readonly unknown[])[0] : setting;
  return level === 'error' || level === 2;
};

/** In a module, what these rules find is already a syntax error. */
const syntaxErrorsOfModules: readonly string[] = ['no-dupe-args', 'no-octal'];

/** oxlint has rules of typescript-eslint under ESLint's own names, because all its rules can use types. */
const bareName = (name: string): string => name.replace(/^(?:@typescript-eslint|typescript|eslint)\//, '');

describe('the checks of this project', () => {
  let oxlint: OxlintConfig;

  before(async () => {
    const text = await readFile('.oxlintrc.json', 'utf8');
    oxlint = JSON.parse(text.replace(/^\s*\/\/.*$/gm, '')) as OxlintConfig;
  });

  const rulesOf = (file: string): ReadonlySet<string> => {
    const all = { ...oxlint.rules };
    for (const { files, rules } of oxlint.overrides) if (files.includes(file)) Object.assign(all, rules);
    return new Set(
      Object.entries(all)
        .filter(([, setting]) => isOn(setting))
        .map(([name]) => bareName(name)),
    );
  };

  it('include all rules of ESLint and of typescript-eslint (strict, type-checked) for TypeScript', () => {
    const wanted: Record<string, Rules[string]> = {};
    for (const { rules } of [js.configs.recommended, ...configs.strictTypeChecked]) Object.assign(wanted, rules);
    const known = rulesOf('**/*.ts');
    const missing = Object.entries(wanted)
      .filter(([name, setting]) => isOn(setting) && !known.has(bareName(name)))
      .map(([name]) => name);
    assert.deepEqual(missing, [
      // We check text from outside for control characters on purpose.
      'no-control-regex',
      ...syntaxErrorsOfModules.filter((name) => name !== 'no-dupe-args'),
      // oxlint does not have it.
      '@typescript-eslint/no-unsafe-class-instance-assignment',
    ]);
  });

  it('include all recommended rules of ESLint for scripts', () => {
    const known = rulesOf('**/*.mjs');
    const missing = Object.entries(js.configs.recommended.rules)
      .filter(([name, setting]) => isOn(setting) && !known.has(name))
      .map(([name]) => name);
    assert.deepEqual(missing, syntaxErrorsOfModules);
  });
});

describe('the checks report', function () {
  this.timeout(60_000);
  const eslint = new ESLint();

  const rulesBroken = async (path: string, text: string): Promise<readonly (string | null)[]> => {
    const [result] = await eslint.lintText(text, { filePath: path });
    return (result?.messages ?? []).map(({ ruleId }) => ruleId);
  };

  const outside: readonly (readonly [text: string, rule: string])[] = [
    ["import { readFile } from 'node:fs/promises'; void readFile;", 'house/imports'],
    ["import { spawn } from 'child_process'; void spawn;", 'house/imports'],
    ["export const fs = await import('node:fs');", 'house/imports'],
    ["export const fs = process.getBuiltinModule('fs');", 'no-restricted-properties'],
    ['export const now = Date.now();', 'no-restricted-properties'],
    ['export const now = new Date();', 'no-restricted-syntax'],
    ["export const a = JSON.parse('{}') as { a: 1 };", 'no-restricted-properties'],
    ['setTimeout(() => undefined, 5);', 'no-restricted-globals'],
    ["void fetch('https://example.org');", 'no-restricted-globals'],
    ["void globalThis.fetch('https://example.org');", 'no-restricted-globals'],
    ["void new WebSocket('wss://example.org');", 'no-restricted-globals'],
  ];
  for (const [text, rule] of outside) {
    it(`outside src/system: ${text}`, async () => {
      for (const folder of ['runs', 'editor/runs', 'cli', 'power'])
        assert.deepEqual(await rulesBroken(`src/${folder}/example.ts`, text), [rule], folder);
      assert.deepEqual(await rulesBroken('src/system/example.ts', text), []);
    });
  }

  it('an import from a higher floor, however it is written', async () => {
    for (const text of [
      "import { a } from '../runs/journal'; void a;",
      "import type { A } from '../runs/journal'; export const a: A = 1;",
      "export * from '../runs/journal';",
      "export const a = await import('../runs/journal');",
      "export type A = import('../runs/journal').A;",
      "import { a } from '../power/../runs/journal'; void a;",
    ]) {
      assert.deepEqual(await rulesBroken('src/power/example.ts', text), ['house/imports'], text);
      assert.deepEqual(await rulesBroken('src/practices/example.ts', text), [], text);
    }
  });

  it('an import from a neighbour, from tests, or from a room that has no floor', async () => {
    const faults: readonly (readonly [path: string, from: string])[] = [
      ['src/units/example.ts', '../data/regions'],
      ['src/present/report/example.ts', '../advice/words'],
      ['src/present/charts/example.ts', '../report/report-page'],
      ['src/present/example.ts', './report/report-page'],
      ['src/editor/runs/example.ts', '../../extension'],
      ['src/power/example.ts', '../../test/support/fake-clock'],
      ['src/power/example.ts', '../cellar/example'],
      ['src/webview/live/example.ts', '../../runs/run'],
      ['src/webview/live/example.ts', '../../system/files'],
      ['src/webview/live/example.ts', 'node:path'],
      ['src/cellar/example.ts', './other'],
    ];
    for (const [path, from] of faults)
      assert.deepEqual(await rulesBroken(path, `import { a } from '${from}'; void a;`), ['house/imports'], path);
    const fine: readonly (readonly [path: string, from: string])[] = [
      ['src/present/report/example.ts', '../words'],
      ['src/webview/live/example.ts', '../../system/shapes'],
      ['src/webview/live/example.ts', '../../present/words'],
      ['src/cli/lint/example.ts', '../../../package.json'],
      ['src/extension.ts', './editor/activate'],
    ];
    for (const [path, from] of fine)
      assert.deepEqual(await rulesBroken(path, `import { a } from '${from}'; void a;`), [], path);
  });

  it('an import of vscode below the editor', async () => {
    for (const text of [
      "import { window } from 'vscode'; void window;",
      "import type { Uri } from 'vscode'; export const a: Uri | null = null;",
      "export const { window } = await import('vscode');",
    ]) {
      for (const room of ['runs', 'cli', 'webview/live'])
        assert.deepEqual(await rulesBroken(`src/${room}/example.ts`, text), ['house/imports'], text);
      assert.deepEqual(await rulesBroken('src/editor/example.ts', text), [], text);
    }
  });

  it('a name that hides another, also in tests and scripts', async () => {
    const text = 'const a = 1; export const f = (a) => a; void a;';
    for (const path of ['src/runs/example.ts', 'test/runs/example.test.ts', 'scripts/example.mjs'])
      assert.deepEqual(await rulesBroken(path, text), ['@typescript-eslint/no-shadow'], path);
  });

  it('a constant in capitals, also in tests and scripts', async () => {
    const text = 'export const MOST_FILES = 5; export const mostFiles = 5;';
    for (const path of ['src/runs/example.ts', 'src/system/example.ts', 'test/example.test.ts', 'scripts/example.mjs'])
      assert.deepEqual(await rulesBroken(path, text), ['no-restricted-syntax'], path);
  });

  it('a number that is formatted by hand', async () => {
    const text = 'export const a = (watts: number) => `${watts.toFixed(1)} W`;';
    for (const folder of ['power', 'runs', 'editor/runs', 'cli'])
      assert.deepEqual(await rulesBroken(`src/${folder}/example.ts`, text), ['no-restricted-properties'], folder);
    assert.deepEqual(await rulesBroken('src/present/example.ts', text), []);
  });

  it('a test that leaves out others, or is repeated', async () => {
    for (const text of [
      "it.only('a', () => undefined);",
      "describe.only('a', () => undefined);",
      // In two parts, because another test searches all tests for this text.
      ['it("a", function () { this', 'retries(2); });'].join('.'),
      "it('a', () => undefined).retries(2);",
    ])
      assert.deepEqual(await rulesBroken('test/runs/example.test.ts', text), ['no-restricted-syntax'], text);
    assert.deepEqual(await rulesBroken('test/runs/example.test.ts', "it('only', () => undefined);"), []);
  });

  it('a fault that can only be found with types', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-oxlint-'));
    try {
      await copyFile('.oxlintrc.json', join(folder, '.oxlintrc.json'));
      await writeFile(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true, "types": [] } }');
      await writeFile(join(folder, 'example.ts'), 'const f = async () => 1;\nexport const g = () => { f(); };\n');
      const programs = [resolve('node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
      const { stdout } = spawnSync(
        process.execPath,
        [resolve('node_modules/oxlint/bin/oxlint'), '--type-aware', '--format=unix'],
        { cwd: folder, encoding: 'utf8', env: { ...process.env, PATH: programs } },
      );
      assert.match(stdout, /no-floating-promises/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
