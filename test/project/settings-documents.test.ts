import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'smol-toml';
import { withTable } from '../../scripts/run-documents.mjs';
import {
  machineJsonSchema,
  precedenceMarks,
  precedenceTable,
  settingsJsonSchema,
  settingsMarks,
  settingsTable,
} from '../../scripts/settings-documents.mjs';
import { severityChoices } from '../../src/lint/engine/settings';
import { readConfig, thresholdValue } from '../../src/lint/files/config';
import { allRules } from '../../src/lint/rules';
import { measuringKeys } from '../../src/project/settings-file';
import { variableOf } from '../../src/runs/settings/environment';
import { limitsOfTable, settingsOfTable } from '../../src/runs/settings/settings-file';
import { readProjectSettings } from '../../src/runs/settings/project-file';
import { precedence } from '../../src/runs/settings/precedence';
import { settingValues } from '../../src/runs/settings/values';
import { longestGlob } from '../../src/system/glob';

const sources = { precedence, settingValues, severityChoices, longestGlob, allRules, thresholdValue };
const fits = new Ajv().compile(JSON.parse(settingsJsonSchema(sources)) as object);
const file = '/p/green-ml.toml';

/** Whether both readers accept the file. */
async function isRead(toml: string): Promise<boolean> {
  const { problems } = await readProjectSettings('/p', (path) => Promise.resolve(path === file ? toml : null), posix);
  const config = await readConfig(toml, file, '/p', allRules).catch(() => null);
  return problems.length === 0 && config !== null;
}

describe('the documentation of the settings files', () => {
  it('names the variable of each setting', () => {
    const page = readFileSync('docs/settings.md', 'utf8');
    for (const key of measuringKeys) assert.ok(page.includes(`\`${variableOf(key)}\``), variableOf(key));
  });

  it('follows from the shapes and the rules', () => {
    const advice = 'run "npm run docs"';
    assert.equal(readFileSync('schemas/settings.schema.json', 'utf8'), settingsJsonSchema(sources), advice);
    assert.equal(readFileSync('schemas/machine-settings.schema.json', 'utf8'), machineJsonSchema(sources), advice);
    const page = readFileSync('docs/settings.md', 'utf8');
    assert.equal(page, withTable(page, settingsTable(sources), settingsMarks), advice);
    assert.equal(page, withTable(page, precedenceTable(sources), precedenceMarks), advice);
  });

  it('accepts the default of every threshold', () => {
    const thresholds = Object.fromEntries(
      allRules.flatMap(({ id, thresholds: own }) => {
        const defaults = Object.entries(own).map(([name, each]) => [name, each.default] as const);
        return defaults.length === 0 ? [] : [[id, Object.fromEntries(defaults)] as const];
      }),
    );
    assert.ok(Object.keys(thresholds).length > 5);
    assert.ok(fits({ thresholds }), JSON.stringify(fits.errors));
  });

  const texts: readonly (readonly [toml: string, isFine: boolean])[] = [
    ['', true],
    ['location = "aws:eu-north-1"\npue = 1.3\ncarbon-intensity = 0\nscope = "machine"', true],
    ['budget = "5Wh"\nbudget-hours = 72\nbudget-day = "1kg"\nbudget-project = "10kWh"', true],
    ['select = ["P16", "grid-search", "p3"]\nignore = ["all"]', true],
    ['severity = { grid-search = "off", many-devices = "hint" }', true],
    ['per-file-ignores = { "notebooks/**" = ["grid-search"] }', true],
    ['thresholds.grid-search.candidates = 30', true],
    ['thresholds = { "grid-search.candidates" = 3 }', true],
    ['locaton = "DE"', false],
    ['location = 3', false],
    ['pue = 0.9', false],
    ['carbon-intensity = 20001', false],
    ['scope = "Machine"', false],
    ['budget = 5', false],
    ['budget-hours = 0', false],
    ['select = "grid-search"', false],
    ['ignore = ["grid"]', false],
    ['ignore = ["P18"]', false],
    ['severity = { grid-search = "error" }', false],
    ['severity = { grid = "off" }', false],
    ['thresholds.grid-search.fits = 3', true],
    ['thresholds.grid-search.trials = 3', false],
    ['thresholds.grid-search.candidates = -1', false],
    ['thresholds.oversized-dense-layer.share = 2', false],
    ['thresholds.candidates = 3', false],
    ['per-file-ignores = []', false],
    [`per-file-ignores = { "${'a'.repeat(longestGlob + 1)}" = ["grid-search"] }`, false],
  ];
  for (const [toml, isFine] of texts) {
    it(`${isFine ? 'accepts' : 'rejects'}, like the readers: ${toml.slice(0, 60).replaceAll('\n', ', ')}`, async () => {
      assert.equal(await isRead(toml), isFine, 'the readers');
      assert.equal(fits(parse(toml)), isFine, JSON.stringify(fits.errors));
    });
  }

  const fitsMachine = new Ajv().compile(JSON.parse(machineJsonSchema(sources)) as object);
  for (const [toml, isFine] of [
    ['location = "DE"\nbudget = "5Wh"\n[limits]\nbudget = "9Wh"\nbudget-hours = 72', true],
    ['[limits]\nbudget-day = "1kg"\nbudget-project = "1kWh"', true],
    ['[limits]\npue = 1.1', false],
    ['limits = 5', false],
    ['[limits]\nbudget-hours = 0', false],
    ['ignore = ["grid-search"]', false],
  ] as const) {
    it(`${isFine ? 'accepts' : 'rejects'} for a machine, like the reader: ${toml.replaceAll('\n', ', ')}`, async () => {
      const from = { by: 'machine file', file: '/etc/green-ml/config.toml' } as const;
      const table = parse(toml);
      const problems = [
        ...(await settingsOfTable(table, from.file, from)).problems,
        ...limitsOfTable(table, from).problems,
      ];
      assert.equal(problems.length === 0, isFine, problems.join('\n'));
      assert.equal(fitsMachine(table), isFine, JSON.stringify(fitsMachine.errors));
    });
  }
});
