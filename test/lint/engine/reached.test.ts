import assert from 'node:assert/strict';
import { Linter } from '../../../src/lint/engine/linter';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { allRules } from '../../../src/lint/rules';
import { readNotebook } from '../../../src/python/notebook';
import { loadParser } from '../../python/support';
import { lintCells, lintWith } from '../support';

const head =
  'import pandas as pd\nfrom sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\ndata = pd.read_csv("data.csv")\n';
const search =
  'def tune(x, y):\n    search = GridSearchCV(SVC(), {"C": list(range(20))}, cv=5)\n    return search.fit(x, y)\n';
const work = 'data.head()\n';

const count = async (code: string): Promise<number> => (await lintWith('grid-search', code)).length;

describe('code that never runs', () => {
  const dead: Readonly<Record<string, string>> = {
    'a function that nothing calls': `${head}${search}${work}`,
    'a function that is only called in a comment': `${head}${search}${work}# tune(x, y)\n`,
    'a function that is only called in a string': `${head}${search}${work}"""\ntune(x, y)\n"""\n`,
    'a function that is only called in its docstring': `${head}${search.replace('search =', '"tune(x, y)"\n    search =')}${work}`,
    'a function that only calls itself': `${head}${search.replace('return search', 'tune(x, y)\n    return search')}${work}`,
    'a function that only another one of that kind calls': `${head}${search}def all_of_them():\n    return tune(x, y)\n${work}`,
    'a function that is written twice': `${head}${search}${search}${work}`,
    'a function that is only called in a branch that is switched off': `${head}${search}${work}if False:\n    tune(x, y)\n`,
    'a branch that is switched off': `${head}if False:\n    GridSearchCV(SVC(), {"C": list(range(20))}).fit(x)\n`,
    'the other branch of one that is always taken': `${head}if True:\n    pass\nelse:\n    GridSearchCV(SVC(), {"C": list(range(20))}).fit(x)\n`,
    'a function for those who lack a package': `${head}try:\n    from .tuning import tune\nexcept ImportError:\n    ${search.replace(/\n {4}/g, '\n        ')}tune(x, y)\n`,
    'a class for those who lack a package': `${head}try:\n    from tuning import Tuner\nexcept (ModuleNotFoundError, AttributeError) as error:\n    class Tuner:\n        ${search.replace(/\n {4}/g, '\n            ')}Tuner()\n`,
  };
  for (const [what, code] of Object.entries(dead)) {
    it(`is ${what}`, async () => {
      assert.equal(await count(code), 0);
    });
  }

  const alive: Readonly<Record<string, string>> = {
    'a function that is called': `${head}${search}${work}tune(x, y)\n`,
    'a function that is called under a condition': `${head}${search}${work}if SEARCH:\n    tune(x, y)\n`,
    'a function that is passed on': `${head}${search}${work}pool.map(tune, parts)\n`,
    'a function whose name is in a text': `${head}${search}${work}globals()["tune"](x, y)\n`,
    'a function with a decorator, which may register it': `${head}@app.command()\n${search}${work}`,
    'a method': `${head}class Tuner:\n    ${search.replace(/\n {4}/g, '\n        ')}${work}`,
    'a function of a module that others import': `${head}${search}`,
    'a function beside a guarded entry': `${head}${search}if __name__ == "__main__":\n    print(data.head())\n`,
    'a function that frameworks look for': `${head}${search.replace('def tune', 'def train')}${work}`,
    'a branch with a switch': `${head}SEARCH = False\nif SEARCH:\n    GridSearchCV(SVC(), {"C": list(range(20))}).fit(x)\n`,
    'a function that is defined after another error': `${head}try:\n    work()\nexcept ValueError:\n    ${search.replace(/\n {4}/g, '\n        ')}`,
    'a search for those who lack a package': `${head}try:\n    import fast\nexcept ImportError:\n    GridSearchCV(SVC(), {"C": list(range(20))}).fit(x, y)\n`,
  };
  for (const [what, code] of Object.entries(alive)) {
    it(`is not ${what}`, async () => {
      assert.equal(await count(code), 1);
    });
  }

  it('is a function of a notebook that nothing calls, whatever its name', async () => {
    const train = search.replace('def tune', 'def train');
    const found = async (...cells: readonly string[]): Promise<number> =>
      (await lintCells([head, train, work, ...cells], { select: ['grid-search'] })).length;
    assert.equal(await found(), 0);
    assert.equal(await found('# train(x, y)'), 0);
    assert.equal(await found('train(x, y)'), 1);
    assert.equal(await found('%time train(x, y)'), 1);
    assert.equal(await found('pool.map(train, parts)'), 1);
    assert.equal(await found('#| export\nx = 1'), 1);
    assert.equal(await count(`${head}${train}${work}`), 1);
  });

  describe('is code of a cell whose last run failed', () => {
    const failed = async (row: number, source: string, ename = 'ValueError'): Promise<number> => {
      const lines = source.split(/(?<=\n)/);
      const outputs = [
        {
          output_type: 'error',
          ename,
          evalue: 'x',
          traceback: [`${ename} Traceback`, `Cell In[2], line ${row}`, `----> ${row} ${lines[row - 1] ?? ''}`],
        },
      ];
      const cells = readNotebook(
        JSON.stringify({
          cells: [
            { cell_type: 'code', source: head, outputs: [] },
            { cell_type: 'code', source: lines, outputs },
          ],
        }),
      );
      assert.ok(typeof cells !== 'string');
      const settings = settingsFor(allRules, { ...defaultConfig, select: ['grid-search'] }, 'a.ipynb');
      return new Linter(await loadParser(), allRules).lintCells(cells, settings).findings.length;
    };
    const cell =
      'x = 1\nsearch = GridSearchCV(SVC(), {"C": list(range(20))})\nprint(x)\nsearch.fit(x, y)\nprint(search.best_params_)\n';

    it('at the search, before it or where it is fitted', async () => {
      for (const row of [1, 2, 4]) assert.equal(await failed(row, cell), 0, String(row));
    });

    it('but not behind it, or ended by hand', async () => {
      assert.equal(await failed(5, cell), 1);
      assert.equal(await failed(4, cell, 'KeyboardInterrupt'), 1);
    });

    it('but not a function that was defined before', async () => {
      assert.equal(await failed(4, `${search}x = 1\ntune(x, y)\n`), 1);
    });
  });

  it('may be deeper than anyone follows', async () => {
    const chain = Array.from({ length: 300 }, (_, index) => `def f${index}():\n    return f${index + 1}()\n`).join('');
    assert.equal(await count(`${head}${search}${chain}def f300():\n    return tune(x, y)\n${work}`), 1);
  });
});
