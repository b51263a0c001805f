import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import js from '@eslint/js';
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

/** What these rules find is a syntax error in a module already. */
const syntaxErrorsOfModules: readonly string[] = ['no-dupe-args', 'no-octal'];

/** Rules of typescript-eslint that oxlint has under ESLint's own name, since it knows types in all its rules. */
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

  it('hold TypeScript to all rules of ESLint and of typescript-eslint, strict and with types', () => {
    const wanted: Record<string, Rules[string]> = {};
    for (const { rules } of [js.configs.recommended, ...configs.strictTypeChecked]) Object.assign(wanted, rules);
    const known = rulesOf('**/*.ts');
    const missing = Object.entries(wanted)
      .filter(([name, setting]) => isOn(setting) && !known.has(bareName(name)))
      .map(([name]) => name);
    assert.deepEqual(missing, [
      // Text from outside is checked for control characters on purpose.
      'no-control-regex',
      ...syntaxErrorsOfModules.filter((name) => name !== 'no-dupe-args'),
      // oxlint does not have it.
      '@typescript-eslint/no-unsafe-class-instance-assignment',
    ]);
  });

  it('hold scripts to all rules that ESLint recommends', () => {
    const known = rulesOf('**/*.mjs');
    const missing = Object.entries(js.configs.recommended.rules)
      .filter(([name, setting]) => isOn(setting) && !known.has(name))
      .map(([name]) => name);
    assert.deepEqual(missing, syntaxErrorsOfModules);
  });
});
