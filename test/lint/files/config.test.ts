import assert from 'node:assert/strict';
import { ConfigError, readConfig } from '../../../src/lint/files/config';
import { allRules } from '../../../src/lint/rules';
import { settingsFor, type LintConfig } from '../../../src/lint/engine/settings';
import { lint } from '../support';

const code = 'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n';

const read = (toml: string, file = '/p/pyproject.toml'): Promise<LintConfig | null> =>
  readConfig(toml, file, '/p', allRules);

describe('configuration', () => {
  it('is read from [tool.green-ml] of pyproject.toml', async () => {
    const config = await read(`
      [tool.green-ml]
      select = ["P16"]
      ignore = ["unused-suppression"]
      severity = { grid-search = "information" }
      per-file-ignores = { "notebooks/**" = ["grid-search"] }
      thresholds.grid-search.candidates = 30
    `);
    assert.deepEqual(config, {
      root: '/p',
      requirements: {},
      select: ['P16'],
      ignore: ['unused-suppression'],
      severity: { 'grid-search': 'information' },
      perFileIgnores: [{ pattern: 'notebooks/**', ids: ['grid-search'] }],
      thresholds: { 'grid-search': { candidates: 30 } },
    });
  });

  it('is the whole of green-ml.toml', async () => {
    assert.deepEqual(
      (await read('ignore = ["P16"]\nthresholds = { "grid-search.candidates" = 3 }', '/p/green-ml.toml'))?.thresholds,
      {
        'grid-search': { candidates: 3 },
      },
    );
  });

  it('is nothing where pyproject.toml says nothing', async () => {
    assert.equal(await read('[tool.ruff]\nline-length = 3'), null);
  });

  const broken: readonly (readonly [string, RegExp])[] = [
    ['[tool', /cannot be read/],
    ['tool.green-ml = 3', /must be a table/],
    ['[tool.green-ml]\nselekt = []', /there is no setting "selekt"/],
    ['[tool.green-ml]\nselect = "grid-search"', /select must be a list/],
    ['[tool.green-ml]\nignore = ["grid"]', /there is no rule "grid"/],
    ['[tool.green-ml]\nignore = ["P18"]', /there is no rule "P18"/],
    ['[tool.green-ml.severity]\ngrid-search = "error"', /must be one of hint, information, warning, off/],
    ['[tool.green-ml.thresholds.grid-search]\nfolds = 3', /there is no threshold "grid-search.folds"/],
    ['[tool.green-ml.thresholds.grid-search]\ncandidates = "3"', /must be a number/],
    [
      '[tool.green-ml.thresholds.grid-search]\ncandidate = 3',
      /there is no threshold "grid-search.candidate"; grid-search has candidates, fits\./,
    ],
    ['[tool.green-ml.thresholds.grid-search]\nconstructor = 3', /there is no threshold "grid-search.constructor"/],
    ['[tool.green-ml.thresholds.data-parallel]\ndevices = 3', /data-parallel has none, they belong to .*many-devices/],
    ['[tool.green-ml.thresholds]\ncandidates = 3', /thresholds.candidates must be a table/],
    ['[tool.green-ml.thresholds.grid-search]\ncandidates = nan', /must be a number of 0 or more \(10 by default\)/],
    ['[tool.green-ml.thresholds.grid-search]\ncandidates = inf', /must be a number of 0 or more/],
    ['[tool.green-ml.thresholds.grid-search]\ncandidates = -1', /must be a number of 0 or more/],
    ['[tool.green-ml.thresholds.oversized-dense-layer]\nshare = 2', /must be a number from 0 to 1 \(0.5 by default\)/],
    ['[tool.green-ml]\nper-file-ignores = []', /must be a table/],
    [
      `[tool.green-ml.per-file-ignores]\n"${'*a'.repeat(600)}" = ["grid-search"]`,
      /has 1200 characters\. The maximum is 1000/,
    ],
  ];
  for (const [toml, message] of broken) {
    it(`refuses ${JSON.stringify(toml)} in one sentence`, async () => {
      await assert.rejects(
        read(toml),
        (error) => error instanceof ConfigError && message.test(error.message) && /^[^\n]*[.?]$/.test(error.message),
      );
    });
  }

  it('selects, ignores, changes tiers and thresholds', async () => {
    const severities = async (choice: Partial<LintConfig>): Promise<string[]> =>
      (await lint(code, choice)).map(({ severity }) => severity);
    assert.deepEqual(await severities({}), ['warning']);
    assert.deepEqual(await severities({ select: ['P15'] }), []);
    assert.deepEqual(await severities({ ignore: ['p16'] }), []);
    assert.deepEqual(await severities({ severity: { 'grid-search': 'off' } }), []);
    assert.deepEqual(await severities({ severity: { 'grid-search': 'information' } }), ['information']);
    assert.deepEqual(await severities({ thresholds: { 'grid-search': { candidates: 20 } } }), ['hint']);
  });

  it('speaks one tier more quietly in tests', async () => {
    for (const path of ['test_a.py', 'src/a_test.py', 'conftest.py', 'test_a.ipynb']) {
      assert.equal((await lint(code, { path }))[0]?.severity, 'information', path);
    }
    assert.equal((await lint(code, { path: 'test/train.py' }))[0]?.severity, 'warning');
  });

  it('is not held up by a pattern that could match in countless ways', () => {
    for (const [pattern, name] of [
      ['**/*a*a*a*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(48)],
      [`${'{a,aa}*'.repeat(100)}!`, 'a'.repeat(200)],
    ] as const) {
      const config = {
        select: null,
        ignore: [],
        severity: {},
        thresholds: {},
        root: '/p',
        requirements: {},
        perFileIgnores: [{ pattern, ids: ['grid-search'] }],
      };
      assert.ok(
        settingsFor(allRules, config, `/p/${name}.py`).rules.some(({ id }) => id === 'grid-search'),
        pattern,
      );
    }
  });

  it('ignores per file, by patterns relative to its folder', () => {
    const active = (pattern: string, path: string): boolean =>
      settingsFor(
        allRules,
        {
          select: null,
          ignore: [],
          severity: {},
          thresholds: {},
          root: '/p',
          requirements: {},
          perFileIgnores: [{ pattern, ids: ['grid-search'] }],
        },
        path,
      ).rules.some(({ id }) => id === 'grid-search');
    assert.equal(active('notebooks/**', '/p/notebooks/a/b.py'), false);
    assert.equal(active('notebooks', '/p/notebooks/a/b.py'), false);
    assert.equal(active('*.ipynb', '/p/deep/b.ipynb'), false);
    assert.equal(active('notebooks/**', '/p/src/b.py'), true);
  });
});
