import assert from 'node:assert/strict';
import fc from 'fast-check';
import { safeEdits, withEdits } from '../../../src/lint/fixes/apply-fixes';
import type { Finding } from '../../../src/lint/engine/findings';
import { documentedRules as allRules } from '../../../src/lint/rules/documented';
import { loadParser } from '../../python/support';
import { fixed, lint, lintCells } from '../support';

const allExamples = allRules.flatMap(({ id, nonCompliant }) =>
  nonCompliant.map(({ code }, index) => ({ id, code, name: `${id} ${index + 1}` })),
);

/** With all rules on, since the fix of one must not be the mistake of another. */
const findAll = (code: string): Promise<readonly Finding[]> => lint(code, { select: ['all'] });

async function isPython(code: string): Promise<boolean> {
  const tree = (await loadParser()).parse(code);
  tree.dispose();
  return !tree.hasErrors;
}

/** The text after every fix that is safe, and how many rounds that took. */
async function afterSafeFixes(code: string): Promise<string> {
  let text = code;
  for (let round = 0; round < 10; round++) {
    const { edits } = safeEdits(await findAll(text));
    if (edits.length === 0) return text;
    text = withEdits(text, edits);
  }
  throw new Error('the fixes do not come to an end');
}

async function fixesOf(rule: string, code: string): Promise<readonly string[]> {
  const [finding] = (await findAll(code)).filter((each) => each.rule === rule);
  assert.ok(finding, `${rule} reports nothing in\n${code}`);
  return finding.fixes.map((_, index) => fixed(code, finding, index));
}

describe('fixes', () => {
  for (const { id, code, name } of allExamples) {
    it(`settle the example ${name} and leave Python`, async () => {
      const before = await findAll(code);
      for (const finding of before.filter(({ rule }) => rule === id)) {
        for (const [index, { title }] of finding.fixes.entries()) {
          assert.match(title, /^[A-Z][^\n]*[^.\n]$/);
          const after = fixed(code, finding, index);
          assert.ok(await isPython(after), `${title}:\n${after}`);
          const left = await findAll(after);
          assert.equal(
            left.filter(({ rule }) => rule === id).length,
            before.filter(({ rule }) => rule === id).length - 1,
            `${title}:\n${after}`,
          );
          const worse = left.filter(
            ({ rule, severity }) => severity === 'warning' && !before.some((other) => other.rule === rule),
          );
          assert.deepEqual(
            worse.map(({ message }) => message),
            [],
            title,
          );
        }
      }
    });
  }

  it('that are safe come to an end, and leave nothing to fix and nothing new to report', async () => {
    const examples = allExamples.map(({ code }) => code);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(examples, { minLength: 1, maxLength: 6 }), async (codes) => {
        const code = codes.join('\n');
        const after = await afterSafeFixes(code);
        assert.equal(await afterSafeFixes(after), after);
        assert.ok(await isPython(after), after);
        assert.ok((await findAll(after)).length <= (await findAll(code)).length);
      }),
      { numRuns: 40 },
    );
  });

  it('are not safe in a text that is not wholly understood', async () => {
    const comment = 'x = 1  # green-ml: ignore[grid-search]\n';
    const safe = async (code: string): Promise<boolean[]> =>
      (await lint(code)).flatMap(({ fixes }) => fixes.map((fix) => fix.safe));
    assert.deepEqual(await safe(comment), [true]);
    assert.deepEqual(await safe(`${comment}y = = 2\n`), [false]);
    const cells = await lintCells([comment, 'y = = 2']);
    assert.deepEqual(
      cells.flatMap(({ fixes }) => fixes.map((fix) => fix.safe)),
      [false],
    );
  });

  it('keep the line ends of the file', async () => {
    const code = 'import sklearn\r\nfrom sklearn.model_selection import GridSearchCV\r\nGridSearchCV(m, g).fit(x)\r\n';
    const [, halving] = await fixesOf('grid-search', code);
    assert.equal(
      halving,
      'from sklearn.experimental import enable_halving_search_cv  # noqa: F401\r\nimport sklearn\r\nfrom sklearn.model_selection import HalvingRandomSearchCV\r\nHalvingRandomSearchCV(m, g).fit(x)\r\n',
    );
  });

  it('stand in the cell that they change', async () => {
    const cells = ['from sklearn.model_selection import GridSearchCV', '%time pass\nGridSearchCV(m, g).fit(x)'];
    const [finding] = await lintCells(cells);
    const [fix] = finding?.fixes ?? [];
    const after = cells.map((source, cell) =>
      withEdits(
        source,
        (fix?.edits ?? []).filter((edit) => edit.cell === cell),
      ),
    );
    assert.deepEqual(after, [
      'from sklearn.model_selection import RandomizedSearchCV',
      '%time pass\nRandomizedSearchCV(m, g, n_iter=20).fit(x)',
    ]);
  });

  it('stand in the files that cells write, below the magic', async () => {
    const cell = '%%writefile train.py\nfrom sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g).fit(x)\n';
    const [finding] = await lintCells(['x = 1', cell]);
    assert.equal(finding?.cell, 1);
    assert.equal(finding.start.row, 2);
    assert.equal(
      fixed(cell, finding),
      '%%writefile train.py\nfrom sklearn.model_selection import RandomizedSearchCV\nRandomizedSearchCV(m, g, n_iter=20).fit(x)\n',
    );
    const [, halving] = finding.fixes;
    assert.ok(halving);
    assert.match(withEdits(cell, halving.edits), /^%%writefile train\.py\nfrom sklearn\.experimental/);
  });

  it('of two that touch the same text, one is made at a time', () => {
    const fix = (column: number, text: string): Finding => ({
      rule: 'x',
      practice: null,
      severity: 'hint',
      message: '',
      headline: null,
      wayOut: null,
      cell: null,
      estimate: null,
      once: null,
      silencing: null,
      start: { row: 0, column },
      end: { row: 0, column: column + 2 },
      mark: { start: { row: 0, column }, end: { row: 0, column: column + 2 } },
      fixes: [
        {
          title: 'X',
          safe: true,
          edits: [{ cell: null, start: { row: 0, column }, end: { row: 0, column: column + 2 }, text }],
        },
      ],
    });
    const { edits, fixes } = safeEdits([fix(0, 'a'), fix(1, 'b'), fix(2, 'c'), fix(2, 'c')]);
    assert.equal(withEdits('xxyyzz', edits), 'aczz');
    assert.equal(fixes, 3);
  });

  const searches: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'an alias',
      'from sklearn.model_selection import GridSearchCV as GS, KFold\ns = GS(estimator=m, param_grid=g, cv=KFold(3)).fit(x)\n',
      [
        'from sklearn.model_selection import RandomizedSearchCV, KFold\ns = RandomizedSearchCV(estimator=m, param_distributions=g, n_iter=20, cv=KFold(3)).fit(x)\n',
        'from sklearn.experimental import enable_halving_search_cv  # noqa: F401\nfrom sklearn.model_selection import HalvingRandomSearchCV, KFold\ns = HalvingRandomSearchCV(estimator=m, param_distributions=g, cv=KFold(3)).fit(x)\n',
      ],
    ],
    [
      'a module, indented with tabs',
      'if x:\n\tfrom sklearn import model_selection as ms\n\ts = ms.GridSearchCV(m, g).fit(x)\n',
      [
        'if x:\n\tfrom sklearn import model_selection as ms\n\ts = ms.RandomizedSearchCV(m, g, n_iter=20).fit(x)\n',
        'if x:\n\tfrom sklearn.experimental import enable_halving_search_cv  # noqa: F401\n\tfrom sklearn import model_selection as ms\n\ts = ms.HalvingRandomSearchCV(m, g).fit(x)\n',
      ],
    ],
    [
      'a name that is used elsewhere too',
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g).fit(x)\nisinstance(x, GridSearchCV)\n',
      [
        'from sklearn.model_selection import GridSearchCV, RandomizedSearchCV\nRandomizedSearchCV(m, g, n_iter=20).fit(x)\nisinstance(x, GridSearchCV)\n',
        'from sklearn.experimental import enable_halving_search_cv  # noqa: F401\nfrom sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV\nHalvingRandomSearchCV(m, g).fit(x)\nisinstance(x, GridSearchCV)\n',
      ],
    ],
    [
      'import *',
      'from sklearn.model_selection import *\nGridSearchCV(m, g).fit(x)\n',
      ['from sklearn.model_selection import *\nRandomizedSearchCV(m, g, n_iter=20).fit(x)\n'],
    ],
    [
      'arguments by position that others do not take',
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g, "f1", None).fit(x)\n',
      [],
    ],
    [
      'arguments that only a halving search lacks',
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g, scoring=["f1", "accuracy"], refit="f1").fit(x)\n',
      [
        'from sklearn.model_selection import RandomizedSearchCV\nRandomizedSearchCV(m, g, n_iter=20, scoring=["f1", "accuracy"], refit="f1").fit(x)\n',
      ],
    ],
  ];
  for (const [name, code, expected] of searches) {
    it(`rewrite a grid search: ${name}`, async () => {
      assert.deepEqual(await fixesOf('grid-search', code), expected);
    });
  }

  it('drop the sampler where it stands, and say how many trials there are', async () => {
    const code =
      'import optuna\nstudy = optuna.create_study(direction="maximize", sampler=optuna.samplers.GridSampler(space))\nstudy.optimize(f)\n';
    assert.deepEqual(await fixesOf('grid-search', code), [
      'import optuna\nstudy = optuna.create_study(direction="maximize")\nstudy.optimize(f, n_trials=20)\n',
    ]);
  });

  it('leave a sampler alone whose search cannot be seen to end', async () => {
    assert.deepEqual(
      await fixesOf(
        'grid-search',
        'import optuna\nreturned(optuna.create_study(sampler=optuna.samplers.GridSampler(space)))\n',
      ),
      [],
    );
  });

  const KERAS = 'model = Sequential([Dense(1)])\nmodel.compile("adam", "mse")\n';
  const STOP = 'EarlyStopping(patience=10, restore_best_weights=True)';
  const fits: readonly (readonly [string, string, string])[] = [
    ['from keras.callbacks import *', '', `callbacks=[${STOP}]`],
    ['from keras.callbacks import ModelCheckpoint', 'callbacks=None', `callbacks=[${STOP}]`],
    [
      'from keras.callbacks import ModelCheckpoint',
      'callbacks=[ModelCheckpoint("a")]',
      `callbacks=[${STOP}, ModelCheckpoint("a")]`,
    ],
    [
      'from keras.callbacks import ModelCheckpoint\nsaving = [ModelCheckpoint("a")]',
      'callbacks=saving',
      `callbacks=[${STOP}, *saving]`,
    ],
    [
      'from keras.callbacks import ModelCheckpoint\nsaving = ModelCheckpoint("a")',
      'callbacks=saving',
      `callbacks=[${STOP}, saving]`,
    ],
  ];
  for (const [head, given, expected] of fits) {
    it(`add early stopping to a fit with ${given === '' ? head : given}`, async () => {
      const fit = (callbacks: string): string =>
        `model.fit(x, y, epochs=50, validation_split=0.1${callbacks === '' ? '' : `, ${callbacks}`})\n`;
      const start = `from keras import Sequential\nfrom keras.layers import Dense\n${head}\n${KERAS}`;
      const [after] = await fixesOf('missing-early-stopping', start + fit(given));
      assert.ok(after !== undefined && after.endsWith(fit(expected)), after);
      assert.ok(after.includes('*') || after.includes('import ModelCheckpoint, EarlyStopping\n'), after);
    });
  }

  it('add nothing to a fit without validation', async () => {
    const code = `from keras import Sequential\nfrom keras.layers import Dense\n${KERAS}model.fit(x, y, epochs=50)\n`;
    assert.deepEqual(await fixesOf('missing-early-stopping', code), []);
  });

  const boosters: readonly (readonly [string, string])[] = [
    [
      'from xgboost import XGBClassifier\nm = XGBClassifier(n_estimators=900)\nm.fit(X, y, eval_set=[(a, b)])\n',
      'from xgboost import XGBClassifier\nm = XGBClassifier(n_estimators=900, early_stopping_rounds=50)\nm.fit(X, y, eval_set=[(a, b)])\n',
    ],
    [
      'from lightgbm import LGBMRegressor\nm = LGBMRegressor(n_estimators=900)\nm.fit(X, y, eval_set=[(a, b)])\n',
      'from lightgbm import LGBMRegressor, early_stopping\nm = LGBMRegressor(n_estimators=900)\nm.fit(X, y, eval_set=[(a, b)], callbacks=[early_stopping(50)])\n',
    ],
    [
      'import catboost as cb\nm = cb.CatBoostRegressor()\nm.fit(X, y, eval_set=(a, b))\n',
      'import catboost as cb\nm = cb.CatBoostRegressor()\nm.fit(X, y, eval_set=(a, b), early_stopping_rounds=50)\n',
    ],
    [
      'import lightgbm as lgb\nb = lgb.train({"eta": 1}, d, 900, valid_sets=[v])\n',
      'import lightgbm as lgb\nb = lgb.train({"eta": 1}, d, 900, valid_sets=[v], callbacks=[lgb.early_stopping(50)])\n',
    ],
  ];
  for (const [code, expected] of boosters) {
    it(`stop a booster that is given validation data: ${code.split('\n')[0] ?? ''}`, async () => {
      assert.deepEqual(await fixesOf('missing-early-stopping', code), [expected]);
    });
  }

  it('stop no booster that one of its fits gives nothing to validate on', async () => {
    const code =
      'import xgboost as xgb\nm = xgb.XGBClassifier(n_estimators=900)\nm.fit(X, y, eval_set=[(a, b)])\nm.fit(X, y)\n';
    assert.deepEqual(await fixesOf('missing-early-stopping', code), []);
  });

  it('keep probabilities that are asked for', async () => {
    const code = 'from sklearn.svm import SVC\nm = SVC(probability=True).fit(X, y)\n';
    assert.equal((await fixesOf('probability-svc', code)).length, 1);
    assert.deepEqual(await fixesOf('probability-svc', `${code}m.predict_proba(X)\n`), []);
  });

  it('watch the training where there is nothing to validate on', async () => {
    const fit = (monitor: string): string =>
      `from keras import Sequential\nfrom keras.callbacks import EarlyStopping\nstop = EarlyStopping(${monitor})\n${KERAS.replace('Dense(1)', '')}model.fit(x, y, epochs=50, callbacks=[stop])\n`;
    assert.deepEqual(await fixesOf('inert-early-stopping', fit("monitor='val_accuracy', patience=3")), [
      fit("monitor='accuracy', patience=3"),
    ]);
    assert.deepEqual(await fixesOf('inert-early-stopping', fit('')), [fit('monitor="loss"')]);
  });

  it('never change what a recurrent layer computes', async () => {
    const code = allRules.find(({ id }) => id === 'slow-recurrent-kernel')?.nonCompliant[0]?.code ?? '';
    assert.deepEqual(await fixesOf('slow-recurrent-kernel', code), []);
  });

  const comments: readonly (readonly [string, string])[] = [
    ['x = 1  # green-ml: ignore[grid-search] why\n', 'x = 1\n'],
    ['# green-ml: ignore[grid-search]\r\nx = 1\r\n', 'x = 1\r\n'],
    ['x = 1  # green-ml: ignore[grid-search] why  # noqa: E501\n', 'x = 1  # noqa: E501\n'],
    ['x = 1  # kept  # green-ml: ignore[grid-search]\n', 'x = 1  # kept\n'],
    [
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g).fit(x)  # green-ml: ignore[grid-search, run-cap] why\n',
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g).fit(x)  # green-ml: ignore[grid-search] why\n',
    ],
    ['x = 1  # green-ml: ignore[run-cap, grid-search]\n', 'x = 1\n'],
  ];
  for (const [code, expected] of comments) {
    it(`take away what silences nothing in ${JSON.stringify(code)}`, async () => {
      assert.equal(await afterSafeFixes(code), expected);
    });
  }
});
