import assert from 'node:assert/strict';
import { lintWith } from '../support';

const head = 'from sklearn.model_selection import GridSearchCV, RandomizedSearchCV\n';
const found = async (rule: string, code: string): Promise<readonly string[]> =>
  (await lintWith(rule, head + code)).map(({ severity, message }) => `${severity} ${message.split('.')[0] ?? ''}`);

const models =
  'models = {"a": {"m": A(), "grid": {"c": [1, 2, 3]}}, "b": {"m": B(), "grid": {"c": [1, 2], "d": [1, 2, 3]}}}\n';

describe('grids in loops', () => {
  it('are counted by the largest', async () => {
    const each = 'for name, model in models.items():\n    GridSearchCV(model["m"], model["grid"], cv=5).fit(x, y)\n';
    assert.deepEqual(await found('grid-search', models + each), [
      'hint GridSearchCV tries up to 6 candidates × 5 folds + 1 refit = 31 fits',
    ]);
    const values = 'for model in models.values():\n    GridSearchCV(model["m"], model["grid"], cv=5).fit(x, y)\n';
    assert.deepEqual(await found('grid-search', models + values), [
      'hint GridSearchCV tries up to 6 candidates × 5 folds + 1 refit = 31 fits',
    ]);
    const zipped = `for model, grid in zip([A()], [{"c": [1, 2, 3, 4]}, {"c": [1]}]):\n    GridSearchCV(model, grid, cv=5).fit(x, y)\n`;
    assert.deepEqual(await found('grid-search', zipped), [
      'hint GridSearchCV tries 4 candidates × 5 folds + 1 refit = 21 fits',
    ]);
  });

  it('are of unknown size if one of them is', async () => {
    const each = 'for name, model in models.items():\n    GridSearchCV(model["m"], model["grid"], cv=5).fit(x, y)\n';
    for (const code of [models.replace('[1, 2, 3]', 'load()') + each, `models = load()\n${each}`])
      assert.match((await found('grid-search', code)).join(), /^information .*grid of unknown size/);
  });

  it('say nothing of a loop of one round', async () => {
    const [finding] = await lintWith(
      'grid-search',
      `${head}for c in [1]:\n    GridSearchCV(A(), {"c": [1, 2]}, cv=5).fit(x, y)\n`,
    );
    assert.doesNotMatch(finding?.message ?? 'loop', /loop/);
  });
});

describe('a random search in a function', () => {
  const tune = (call: string): string =>
    `def tune(model, space, n_iter=1000):\n    return RandomizedSearchCV(model, space, n_iter=n_iter).fit(x, y)\n${call}`;

  it('draws as often as its parameter says', async () => {
    assert.equal((await found('oversized-random-search', tune(''))).length, 1);
    assert.equal((await found('oversized-random-search', tune('tune(m, s, n_iter=20)\n'))).length, 0);
    assert.equal((await found('oversized-random-search', tune('tune(m, s, n_iter=count)\n'))).length, 0);
  });
});
