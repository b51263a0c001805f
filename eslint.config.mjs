import tseslint from 'typescript-eslint';

// What only this house asks for. Generic faults, and all that needs types, are in .oxlintrc.json. No rule here looks at
// another file, so `npm run check` keeps the result of a file as long as its text and this configuration are the same.

/**
 * The floors of the house, lowest first. A folder imports from lower floors and
 * from itself, never from its neighbours on the same floor and never upwards.
 */
const floors = [
  ['data', 'units', 'system'],
  // Words, tables, HTML and charts, which messages of every floor are made of.
  ['present'],
  ['processes', 'python', 'project', 'place'],
  ['grid', 'power', 'lint'],
  ['runs', 'advice'],
  ['practices'],
  // What is shown of runs and of advice, wherever it is shown.
  ['present/report', 'present/advice'],
  ['webview'],
  ['editor', 'cli'],
];

/** What browser code may use: plain functions and types without Node. */
const browserSafe = ['units', 'present', 'system/shapes'];

const vscodeOnlyInEditor = {
  name: 'vscode',
  message: 'The engine knows nothing of VS Code: `vscode` is imported in src/editor and src/extension.ts alone.',
};

const commandsByTheList = {
  name: 'vscode',
  importNames: ['commands'],
  message: 'Run and register commands with src/editor/contributions/use-commands.ts, which knows what they take.',
};

/** What only src/system may use: everyone else is given a clock, files and programs, so that tests can be. */
const throughSystem = {
  imports: ['fs', 'fs/promises', 'child_process', 'http', 'https', 'net', 'timers', 'timers/promises']
    .flatMap((name) => [name, `node:${name}`])
    .map((name) => ({
      name,
      allowTypeImports: true,
      message: 'Files, programs and the network are reached through src/system.',
    })),
  properties: ['Date.now', 'performance.now', 'process.hrtime']
    .map((name) => name.split('.'))
    .map(([object, property]) => ({
      object,
      property,
      message: 'Ask the clock that is passed in (src/system/clock.ts).',
    })),
  globals: [
    ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
      name,
      message: 'Use `after` of the clock that is passed in (src/system/clock.ts).',
    })),
    { name: 'fetch', message: 'Take an `HttpClient` (src/system/http.ts).' },
  ],
  syntax: ["NewExpression[callee.name='Date'][arguments.length=0]", "CallExpression[callee.name='Date']"].map(
    (selector) => ({ selector, message: 'Ask the clock that is passed in (src/system/clock.ts).' }),
  ),
};

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

const floorRules = floors.flatMap((rooms, level) =>
  rooms.map((room) => {
    const lower = floors.slice(0, level).flat();
    const allowed = room === 'webview' ? browserSafe : lower;
    const forbidden = floors.flat().filter((other) => other !== room && !allowed.includes(other));
    const inside = floors.flat().filter((other) => other.startsWith(`${room}/`));
    const exceptions = allowed.filter((each) => !floors.flat().includes(each));
    const ways = [
      `^(\\.\\./)+(?!(?:${exceptions.join('|')})$)(${[...forbidden, 'extension'].join('|')})(/|$)`,
      ...inside.map((other) => `^\\./${other.slice(room.length + 1)}/`),
    ];
    return {
      files: [`src/${room}/**/*.ts`],
      ignores: inside.map((other) => `src/${other}/**`),
      rules: {
        'no-restricted-imports': [
          'error',
          {
            paths: room === 'editor' ? [commandsByTheList] : [vscodeOnlyInEditor],
            patterns: [
              {
                regex: ways.join('|'),
                message: `src/${room} may import only from: ${[room, ...allowed].join(', ')}.`,
              },
            ],
          },
        ],
      },
    };
  }),
);

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
  ...floorRules,
  {
    files: ['src/**/*.ts'],
    // Browser code has no src/system below it: timers and clock of a page are the page's own.
    ignores: ['src/system/**', 'src/webview/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { paths: throughSystem.imports }],
      'no-restricted-properties': ['error', ...throughSystem.properties],
      'no-restricted-globals': ['error', ...throughSystem.globals],
      'no-restricted-syntax': ['error', constantsInCamelCase, ...throughSystem.syntax],
    },
  },
  {
    files: ['src/editor/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', settingsByTheList, ...throughSystem.properties] },
  },
  {
    // Everything else comes here for commands and settings.
    files: ['src/editor/contributions/use-commands.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['src/editor/contributions/use-settings.ts'],
    rules: { 'no-restricted-properties': ['error', ...throughSystem.properties] },
  },
);
