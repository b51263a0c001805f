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

  const grids =
    'one = {"c": [1, 2]}\ntwo = {"c": [1, 2, 3], "d": [1, 2]}\nlisted = [one, two]\nnamed = {"a": one, "b": two}\npairs = {"a": (A(), one), "b": (B(), two)}\n';
  const largest = 'hint GridSearchCV tries up to 6 candidates × 5 folds + 1 refit = 31 fits';
  const search = (grid: string): string => `GridSearchCV(m, ${grid}, cv=5).fit(x, y)\n`;
  const spellings: Readonly<Record<string, string>> = {
    'by index': `for i in range(2):\n    ${search('listed[i]')}`,
    'by key': `for name in named:\n    ${search('named[name]')}`,
    'by get': `for name in models:\n    ${search('named.get(name)')}`,
    'by get with a default': `for name in models:\n    ${search('named.get(name, {})')}`,
    'by pop': `for m in models:\n    ${search('listed.pop(0)')}`,
    'at the head of a list that gets shorter': `for m in models:\n    ${search('listed[0]')}    listed.pop(0)\n`,
    'by a name in the loop': `for i, m in enumerate(models):\n    grid = listed[i]\n    ${search('grid')}`,
    'by enumerate': `for i, grid in enumerate(listed):\n    ${search('grid')}`,
    'by zip with unknown models': `for m, grid in zip(models, listed):\n    ${search('grid')}`,
    'by zip in enumerate': `for i, (m, grid) in enumerate(zip(models, listed)):\n    ${search('grid')}`,
    'out of pairs': `for name, (m, grid) in pairs.items():\n    ${search('grid')}`,
    'out of pairs by index': `for name in pairs:\n    ${search('pairs[name][1]')}`,
    'from callers': `def tune(m, grid):\n    return ${search('grid')}tune(a, one)\ntune(b, grid=two)\n`,
    'from a caller of a loop': `def tune(zoo):\n    for name, (m, grid) in zoo.items():\n        ${search('grid')}tune(pairs)\n`,
  };
  for (const [what, code] of Object.entries(spellings)) {
    it(`are taken ${what}`, async () => {
      assert.deepEqual(await found('grid-search', grids + code), [largest]);
    });
  }

  const unknown: Readonly<Record<string, string>> = {
    'a list that grows': `for i in range(3):\n    listed.append(load())\n    ${search('listed[i]')}`,
    'a dictionary that is filled': `named[key] = load()\nfor name in names:\n    ${search('named[name]')}`,
    'a caller that is given it': `def tune(m, grid):\n    return ${search('grid')}tune(a, one)\ntune(b, load())\n`,
    'no caller': `def tune(m, grid):\n    return ${search('grid')}`,
    'a branch that some callers take': `def tune(m, grid, random):\n    if random:\n        return draw(m, grid)\n    return GridSearchCV(m, load(), cv=5).fit(x, y)\ntune(a, one, False)\n`,
  };
  for (const [what, code] of Object.entries(unknown)) {
    it(`are of unknown size with ${what}`, async () => {
      assert.match((await found('grid-search', grids + code)).join(), /^information .*grid of unknown size/);
    });
  }

  it('are those of the branch that callers take', async () => {
    const code = `def tune(m, grid, random=False):\n    if random:\n        return draw(m, grid)\n    else:\n        return ${search('grid')}tune(a, one)\ntune(a, {"c": list(range(90))}, random=True)\n`;
    assert.match((await found('grid-search', code)).join(), /^information .*grid of unknown size/);
  });

  it('are single candidates if all of them are', async () => {
    const code = `single = [{"c": [1]}, {"c": [2], "d": [1]}]\nfor m in models:\n    ${search('single[0]')}    single.pop(0)\n`;
    assert.deepEqual(await found('grid-search', code), [
      'information GridSearchCV tries 1 candidate × 5 folds + 1 refit = 6 fits',
    ]);
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
