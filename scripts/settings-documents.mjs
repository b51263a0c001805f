// @ts-check
// Makes the JSON Schema of a project's settings file and the table of its keys in docs/settings.md. Valid values come
// from the shapes and the rules; only the descriptions are here.
import { toJsonSchema } from '@valibot/to-json-schema';
import { numberWithLimits } from './run-documents.mjs';

/**
 * @typedef {import('../src/lint/engine/rule').Rule} Rule
 * @typedef {import('../src/project/settings-file').SettingsKey} SettingsKey
 * @typedef {import('../src/system/shapes').Shape} Shape
 * @typedef {{
 *   readonly precedence: typeof import('../src/runs/settings/precedence').precedence,
 *   readonly settingValues: typeof import('../src/runs/settings/values').settingValues,
 *   readonly severityChoices: readonly string[],
 *   readonly longestGlob: number,
 *   readonly allRules: readonly Rule[],
 *   readonly thresholdValue: typeof import('../src/lint/files/config').thresholdValue,
 * }} Sources
 * @typedef {{ readonly text: string, readonly option?: string, readonly setting?: string }} Words
 */

/**
 * @param {Sources} sources
 * @returns {Readonly<Record<SettingsKey, Words>>}
 */
function wordsOf({ settingValues }) {
  /** @param {{ readonly shape: { readonly limits: import('../src/system/shapes').NumberLimits } }} value */
  const range = ({ shape: { limits } }) => `${limits.least} to ${limits.most}`;
  return {
    location: {
      text: 'a grid zone, country or cloud region: `"DE"`, `"aws:eu-north-1"`',
      option: '--location',
      setting: 'greenML.location',
    },
    'carbon-intensity': {
      text: `g CO₂e per kWh, ${range(settingValues['carbon-intensity'])}`,
      option: '--intensity',
      setting: 'greenML.carbonIntensity',
    },
    pue: {
      text: `power usage effectiveness, ${range(settingValues.pue)}`,
      option: '--pue',
      setting: 'greenML.pue',
    },
    scope: {
      text: `${settingValues.scope.shape.options.map((each) => `\`"${each}"\``).join(' or ')}: whose energy counts`,
      option: '--scope',
      setting: 'greenML.meter.scope',
    },
    budget: {
      text: 'a limit for each run: `"5Wh"`, `"2g"`, `"72h"`',
      option: '--budget',
      setting: 'greenML.budget.run',
    },
    'budget-hours': { text: 'a cap on the hours of each run, beside `budget`', setting: 'greenML.budget.hours' },
    'budget-day': {
      text: 'a limit for all runs of a day on this computer',
      option: '--budget-day',
      setting: 'greenML.budget.day',
    },
    'budget-project': {
      text: 'a limit for all runs of the project',
      option: '--budget-project',
      setting: 'greenML.budget.project',
    },
    select: {
      text: 'a list of [rules](rules/README.md) or practices: only these are checked',
      option: '--select',
      setting: 'greenML.lint.select',
    },
    ignore: {
      text: 'a list of rules or practices that are not checked',
      option: '--ignore',
      setting: 'greenML.lint.ignore',
    },
    severity: { text: 'the highest severity of a rule, or `"off"`, by rule', setting: 'greenML.lint.severity' },
    'per-file-ignores': { text: 'lists of rules that are not checked in some files, by pattern' },
    thresholds: { text: 'the numbers from which rules report, by rule and name' },
  };
}

/** The lines before and after the table of the keys. */
export const settingsMarks = [
  '<!-- The table of the keys: made from the shapes and rules by "npm run docs". -->',
  '<!-- End of the table of the keys. -->',
];

/** @param {Shape} shape */
const schemaOf = (shape) => {
  const { $schema: _$schema, ...schema } = toJsonSchema(shape, {
    overrideSchema: numberWithLimits,
    // A schema cannot express what a valid amount or place is.
    errorMode: 'ignore',
  });
  return schema;
};

/** @param {Sources} sources */
function valuesOf({ settingValues, severityChoices, longestGlob, allRules, thresholdValue }) {
  const rules = { allOf: [{ $ref: '#/definitions/rules' }] };
  const severity = { enum: severityChoices };
  const withThresholds = allRules
    .map(({ id, thresholds }) => ({ id, thresholds: Object.entries(thresholds) }))
    .filter(({ thresholds }) => thresholds.length > 0);
  /** @param {import('../src/lint/engine/rule').Threshold} threshold */
  const thresholdOf = (threshold) => ({
    ...schemaOf(thresholdValue(threshold).shape),
    default: threshold.default,
    description: threshold.meaning,
  });
  return {
    ...Object.fromEntries(Object.entries(settingValues).map(([key, { shape }]) => [key, schemaOf(shape)])),
    select: rules,
    ignore: rules,
    severity: {
      type: 'object',
      properties: Object.fromEntries(allRules.map(({ id, summary }) => [id, { ...severity, description: summary }])),
      patternProperties: { [practice]: severity },
      additionalProperties: false,
    },
    'per-file-ignores': { type: 'object', propertyNames: { maxLength: longestGlob }, additionalProperties: rules },
    thresholds: {
      type: 'object',
      properties: Object.fromEntries(
        withThresholds.flatMap(({ id, thresholds }) => [
          [
            id,
            {
              type: 'object',
              properties: Object.fromEntries(thresholds.map(([name, each]) => [name, thresholdOf(each)])),
              additionalProperties: false,
            },
          ],
          ...thresholds.map(([name, each]) => [`${id}.${name}`, thresholdOf(each)]),
        ]),
      ),
      additionalProperties: false,
    },
  };
}

/** Rules are named by their ids, or by the practice that they belong to. */
const practice = '^[Pp](?:[1-9]|1[0-7])$';

/** @param {Sources} sources */
const rulesOf = ({ allRules }) => ({
  type: 'array',
  items: { anyOf: [{ enum: [...allRules.map(({ id }) => id), 'all'] }, { type: 'string', pattern: practice }] },
});

/** The keys that are also limits of a machine. @type {readonly SettingsKey[]} */
const limitKeys = ['budget', 'budget-hours', 'budget-day', 'budget-project'];

/** @param {string} markdown */
const plain = (markdown) => markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');

/**
 * The keys of `[tool.green-ml]`, and of a whole `green-ml.toml`, as a JSON Schema.
 * @param {Sources} sources
 * @returns {string} the text of schemas/settings.schema.json
 */
export function settingsJsonSchema(sources) {
  /** @type {Readonly<Record<string, object>>} */
  const values = valuesOf(sources);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Green ML settings',
    description: 'The settings of a project: "[tool.green-ml]" in pyproject.toml, or all of green-ml.toml.',
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(wordsOf(sources)).map(([key, { text }]) => [key, { ...values[key], description: plain(text) }]),
    ),
    additionalProperties: false,
    definitions: { rules: rulesOf(sources) },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/**
 * The keys of `config.toml` of a machine, as a JSON Schema. That of a user is the same without limits.
 * @param {Sources} sources
 * @returns {string} the text of schemas/machine-settings.schema.json
 */
export function machineJsonSchema(sources) {
  /** @type {Readonly<Record<string, object>>} */
  const values = valuesOf(sources);
  const words = wordsOf(sources);
  /** @param {readonly string[]} keys */
  const properties = (keys) =>
    Object.fromEntries(
      keys.map((key) => [key, { ...values[key], description: plain(words[/** @type {SettingsKey} */ (key)].text) }]),
    );
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Green ML settings of a machine',
    description: 'The settings for all users of a machine: all of /etc/green-ml/config.toml.',
    type: 'object',
    properties: {
      ...properties(Object.keys(sources.settingValues)),
      limits: {
        type: 'object',
        description: 'what no user of the machine can exceed',
        properties: properties(limitKeys),
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/**
 * The table of docs/settings.md.
 * @param {Sources} sources
 */
export function settingsTable(sources) {
  /** @param {string | undefined} name */
  const code = (name) => (name === undefined ? ' ' : ` \`${name}\` `);
  return [
    '| key | value | option | VS Code setting |',
    '|---|---|---|---|',
    ...Object.entries(wordsOf(sources)).map(
      ([key, { text, option, setting }]) => `| \`${key}\` | ${text} |${code(option)}|${code(setting)}|`,
    ),
  ].join('\n');
}

/** The lines before and after the table of the precedence. */
export const precedenceMarks = [
  '<!-- The table of the precedence: made from src/runs/settings/precedence.ts by "npm run docs". -->',
  '<!-- End of the table of the precedence. -->',
];

const sourceWords = {
  option: 'the option of the command',
  environment: 'the environment variable',
  'workspace setting': 'the setting of the workspace or its folder (`.vscode/settings.json`)',
  'project file': "the project's file",
  'user setting': 'your user or remote setting',
  'user file': "the user's file",
  'machine file': "the machine's file",
};

/**
 * The table of the precedence in docs/settings.md.
 * @param {Pick<Sources, 'precedence'>} sources
 */
export function precedenceTable({ precedence }) {
  /** @param {keyof typeof sourceWords | null} source */
  const words = (source) => (source === null ? ' ' : ` ${sourceWords[source]} `);
  return [
    '| | terminal | VS Code |',
    '|---|---|---|',
    ...precedence.map(({ terminal, editor }, index) => `| ${index + 1} |${words(terminal)}|${words(editor)}|`),
    `| ${precedence.length + 1} | a guess from the time zone; PUE 1, or the cloud region's; scope \`run\`; no budget | the same |`,
    "| last | the machine's limits: a budget above one is replaced by it, whoever set it | the same |",
  ].join('\n');
}
