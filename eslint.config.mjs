import js from '@eslint/js';
import tseslint from 'typescript-eslint';

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

/** Folders that browser code may use: plain functions and types without Node. */
const browserSafe = ['units', 'present'];

const vscodeOnlyInEditor = {
  name: 'vscode',
  message: 'The engine knows nothing of VS Code: `vscode` is imported in src/editor and src/extension.ts alone.',
};

const floorRules = floors.flatMap((rooms, level) =>
  rooms.map((room) => {
    const lower = floors.slice(0, level).flat();
    const allowed = room === 'webview' ? browserSafe : lower;
    const forbidden = floors.flat().filter((other) => other !== room && !allowed.includes(other));
    const inside = floors.flat().filter((other) => other.startsWith(`${room}/`));
    const ways = [
      `^(\\.\\./)+(${[...forbidden, 'extension'].join('|')})(/|$)`,
      ...inside.map((other) => `^\\./${other.slice(room.length + 1)}/`),
    ];
    return {
      files: [`src/${room}/**/*.ts`],
      ignores: inside.map((other) => `src/${other}/**`),
      rules: {
        'no-restricted-imports': [
          'error',
          {
            paths: room === 'editor' ? [] : [vscodeOnlyInEditor],
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
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/webview/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      // Text from outside is checked for control characters on purpose.
      'no-control-regex': 'off',
    },
  },
  ...floorRules,
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        performance: 'readonly',
        URLSearchParams: 'readonly',
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
