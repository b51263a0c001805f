import tseslint from 'typescript-eslint';
import { house } from './scripts/house-imports.mjs';

// What only this house asks for. Generic faults, and all that needs types, are in .oxlintrc.json. No rule here looks at
// another file, so `npm run check` keeps the result of a file as long as its text and this configuration are the same.

const commandsByTheList = {
  name: 'vscode',
  importNames: ['commands'],
  message: 'Run and register commands with src/editor/contributions/use-commands.ts, which knows what they take.',
};

/** What only src/system may use: everyone else is given a clock, files and programs, so that tests can be. */
const throughSystem = {
  properties: [
    ...['Date.now', 'performance.now', 'process.hrtime']
      .map((name) => name.split('.'))
      .map(([object, property]) => ({
        object,
        property,
        message: 'Ask the clock that is passed in (src/system/clock.ts).',
      })),
    {
      object: 'process',
      property: 'getBuiltinModule',
      message: 'Import the module, or take what you need from src/system.',
    },
  ],
  globals: [
    ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
      name,
      message: 'Use `after` of the clock that is passed in (src/system/clock.ts).',
    })),
    ...['fetch', 'WebSocket', 'EventSource'].map((name) => ({
      name,
      message: 'Take an `HttpClient` (src/system/http.ts).',
    })),
    { name: 'globalThis', message: 'Take what you need from src/system.' },
  ],
  syntax: ["NewExpression[callee.name='Date'][arguments.length=0]", "CallExpression[callee.name='Date']"].map(
    (selector) => ({ selector, message: 'Ask the clock that is passed in (src/system/clock.ts).' }),
  ),
};

const textWithoutShape = {
  object: 'JSON',
  property: 'parse',
  message: 'Use `parseFitting` or `parseJson` (src/system/shapes.ts), which know what may come.',
};

/** Numbers in words have one author, src/present. */
const figuresByHand = ['toFixed', 'toPrecision', 'toLocaleString'].map((property) => ({
  property,
  message: 'Write numbers with src/present/words.ts, so that they look the same everywhere.',
}));

/** What makes a run of the tests say less than it seems to: `only` leaves out all other tests, `retries` hides faults. */
const honestTests = [
  {
    selector: 'MemberExpression[object.name=/^(describe|context|suite|it|specify|test)$/][property.name="only"]',
    message: 'Leave out `only`; choose tests with `npm test -- unit --grep WORD`.',
  },
  {
    selector: 'CallExpression[callee.property.name="retries"]',
    message: 'A test is never repeated by itself: wait for a state instead.',
  },
];

const constantsInCamelCase = {
  selector:
    ":matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind='const'] > VariableDeclarator[id.name=/^[A-Z]/]",
  message: 'Constants are written in camelCase.',
};

const settingsByTheList = {
  object: 'workspace',
  property: 'getConfiguration',
  message: 'Read and write settings with src/editor/contributions/use-settings.ts, which knows their types.',
};

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/', 'examples/', 'test/fixtures/'] },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.cjs'],
    languageOptions: { parser: tseslint.parser },
    // Comments that silence rules of oxlint look unused to ESLint.
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: { '@typescript-eslint/no-shadow': 'error', 'no-restricted-syntax': ['error', constantsInCamelCase] },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { house },
    rules: { 'house/imports': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    // Browser code has no src/system below it: timers and clock of a page are the page's own.
    ignores: ['src/system/**', 'src/webview/**'],
    rules: {
      'no-restricted-properties': ['error', textWithoutShape, ...figuresByHand, ...throughSystem.properties],
      'no-restricted-globals': ['error', ...throughSystem.globals],
      'no-restricted-syntax': ['error', constantsInCamelCase, ...throughSystem.syntax],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', constantsInCamelCase, ...honestTests] },
  },
  {
    files: ['src/editor/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: [commandsByTheList] }],
      'no-restricted-properties': [
        'error',
        settingsByTheList,
        textWithoutShape,
        ...figuresByHand,
        ...throughSystem.properties,
      ],
    },
  },
  {
    // Everything else comes here for commands and settings.
    files: ['src/editor/contributions/use-commands.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['src/editor/contributions/use-settings.ts'],
    rules: { 'no-restricted-properties': ['error', textWithoutShape, ...figuresByHand, ...throughSystem.properties] },
  },
  {
    // They read many texts of our own, whose check sums or shapes are checked elsewhere.
    files: ['src/lint/scan/outcome.ts', 'src/runs/journal/index-lines.ts', 'src/runs/journal/journal-lines.ts'],
    rules: { 'no-restricted-properties': ['error', ...figuresByHand, ...throughSystem.properties] },
  },
  {
    files: ['src/present/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', textWithoutShape, ...throughSystem.properties] },
  },
);
