import assert from 'node:assert/strict';
import { Linter } from '../../../src/lint/engine/linter';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { allRules } from '../../../src/lint/rules';
import { readNotebook } from '../../../src/python/notebook';
import { loadParser } from '../../python/support';
import { lintCells, lintWith } from '../support';

const imports = 'import pandas as pd\nfrom sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\n';
const head = `${imports}data = pd.read_csv("data.csv")\n`;
const search =
  'def tune(x, y):\n    search = GridSearchCV(SVC(), {"C": list(range(20))}, cv=5)\n    return search.fit(x, y)\n';
const work = 'data.head()\n';

const inline = 'GridSearchCV(SVC(), {"C": list(range(20))}).fit(x)\n';
const behind = (sets: string, condition: string): string => `${head}${sets}${work}if ${condition}:\n    ${inline}`;

const count = async (code: string): Promise<number> => (await lintWith('grid-search', code)).length;

describe('code that never runs', () => {
  const dead: Record<string, string> = {
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
    'a branch behind a switch': behind('SEARCH = False\n', 'SEARCH'),
    'a branch behind a switch of a class': behind('class CFG:\n    search = False\n', 'CFG.search'),
    'a branch behind a number': behind('SEARCH = 0\n', 'SEARCH'),
    'a branch behind a switch that is compared': behind('SEARCH = False\n', 'SEARCH == True'),
    'a branch behind two switches': behind('SEARCH = False\n', 'SEARCH and len(data) > 9'),
    'a branch behind one that is not on': behind('LOAD = True\n', 'not LOAD'),
    'a later branch': `${head}SEARCH = False\n${work}if data is None:\n    pass\nelif SEARCH:\n    ${inline}`,
    'the other branch of a switch': `${head}LOAD = True\n${work}if LOAD:\n    pass\nelse:\n    ${inline}`,
    'a function that is only called behind a switch': `${head}${search}${work}SEARCH = False\nif SEARCH:\n    tune(x, y)\n`,
    'a function for those who lack a package': `${head}try:\n    from .tuning import tune\nexcept ImportError:\n    ${search.replace(/\n {4}/g, '\n        ')}tune(x, y)\n`,
    'a class for those who lack a package': `${head}try:\n    from tuning import Tuner\nexcept (ModuleNotFoundError, AttributeError) as error:\n    class Tuner:\n        ${search.replace(/\n {4}/g, '\n            ')}Tuner()\n`,
  };
  const inFunction = (lines: readonly string[]): string =>
    `${head}def tune(x, y):\n${[...lines, 'GridSearchCV(SVC(), {"C": list(range(20))}).fit(x, y)'].map((line) => `    ${line}\n`).join('')}`;
  for (const end of ['return x', 'raise SystemExit', 'sys.exit(0)', 'os._exit(1)', 'exit()', 'assert False, "not yet"'])
    dead[`what stands below ${end}`] = inFunction([end]);
  dead['what stands in a block below one'] = inFunction(['return x', 'if y:', '    pass', 'for a in x:', '    pass']);
  dead['what stands below a branch of each kind that ends'] = inFunction([
    'if x:',
    '    return 1',
    'elif y:',
    '    raise ValueError(y)',
    'else:',
    '    # nothing',
    '    sys.exit(f"no {x}")',
  ]);
  dead['what stands in a loop below its end'] =
    `${head}for c in data:\n    continue\n    GridSearchCV(SVC(), {"C": list(range(20))}).fit(c)\n`;
  for (const [what, code] of Object.entries(dead)) {
    it(`is ${what}`, async () => {
      assert.equal(await count(code), 0);
    });
  }

  const alive: Record<string, string> = {
    'a function that is called': `${head}${search}${work}tune(x, y)\n`,
    'a function that is called under a condition': `${head}${search}${work}if SEARCH:\n    tune(x, y)\n`,
    'a function that is passed on': `${head}${search}${work}pool.map(tune, parts)\n`,
    'a function whose name is in a text': `${head}${search}${work}globals()["tune"](x, y)\n`,
    'a function with a decorator, which may register it': `${head}@app.command()\n${search}${work}`,
    'a method': `${head}class Tuner:\n    ${search.replace(/\n {4}/g, '\n        ')}${work}`,
    'a function of a module that others import': `${head}${search}`,
    'a function beside a guarded entry': `${head}${search}if __name__ == "__main__":\n    print(data.head())\n`,
    'a function that frameworks look for': `${head}${search.replace('def tune', 'def train')}${work}`,
    'a branch of a switch that is on': behind('SEARCH = True\n', 'SEARCH'),
    'a branch of a switch that is set twice': behind('SEARCH = False\nSEARCH = ask()\n', 'SEARCH'),
    'a branch of a switch that is set in a condition': behind('if big:\n    SEARCH = False\n', 'SEARCH'),
    'a branch of a parameter': `${head}def tune(SEARCH):\n    if SEARCH:\n        ${inline}${work}SEARCH = False\ntune(1)\n`,
    'a branch of a switch that a function sets': behind(
      'SEARCH = False\ndef set():\n    global SEARCH\n    SEARCH = 1\n',
      'SEARCH',
    ),
    'a branch of a switch of a class that is set': behind(
      'class CFG:\n    search = False\nCFG.search = ask()\n',
      'CFG.search',
    ),
    'a branch of a switch that a file may set': behind('SEARCH = False\nexec(open("settings.py").read())\n', 'SEARCH'),
    'a branch of a switch that options set': behind('SEARCH = False\nglobals().update(options)\n', 'SEARCH'),
    'a branch of a switch that another module may set': behind('SEARCH = False\nfrom settings import *\n', 'SEARCH'),
    'a branch of a switch of a class that options set': behind(
      'class CFG:\n    search = False\nfor key, value in options:\n    setattr(CFG, key, value)\n',
      'CFG.search',
    ),
    'a branch of a form': behind('SEARCH = False #@param {type:"boolean"}\n', 'SEARCH'),
    'the branch of what is not None': `${head}FOLD = 0\n${work}if FOLD is None:\n    pass\nelse:\n    ${inline}`,
    'the branch of None that is no number': `${head}FOLD = None\n${work}if FOLD == 0:\n    pass\nelse:\n    ${inline}`,
    'a branch of a count': behind('SEARCH = 5\n', 'SEARCH'),
    'a branch of one switch or another': behind('SEARCH = False\n', 'SEARCH or ask()'),
    'a branch of a module that others import': `${imports}SEARCH = False\ndef tune(x):\n    if SEARCH:\n        ${inline}`,
    'a function that is defined after another error': `${head}try:\n    work()\nexcept ValueError:\n    ${search.replace(/\n {4}/g, '\n        ')}`,
    'a search for those who lack a package': `${head}try:\n    import fast\nexcept ImportError:\n    GridSearchCV(SVC(), {"C": list(range(20))}).fit(x, y)\n`,
  };
  for (const lines of [
    ['if x:', '    return 1'],
    ['if x:', '    return 1', 'elif y:', '    return 2'],
    ['if x:', '    return 1', 'else:', '    print(y)'],
    ['def inner():', '    return 1'],
    ['assert x'],
    ['try:', '    return x', 'except ValueError:', '    pass'],
    ['parser.exit()'],
    ['with lock:', '    raise ValueError(x)'],
  ])
    alive[`what stands below ${JSON.stringify(lines)}`] = inFunction(lines);
  alive['the next cell, whatever ended the one before'] =
    `${head}sys.exit()\nGridSearchCV(SVC(), {"C": list(range(20))}).fit(x)\n`;
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

    it('but not a search that ran to its end above', async () => {
      const made = 's = GridSearchCV(SVC(), {"C": list(range(20))})\n';
      assert.equal(await failed(3, `${made}s.fit(x, y)\nother.fit(z)\n`), 1);
      assert.equal(await failed(2, `${made}other.fit(z)\ns.fit(x, y)\n`), 1);
      assert.equal(await failed(2, `${made}s.fit(x, y)\n`), 0);
      assert.equal(await failed(2, `s = GridSearchCV(SVC(), {"C": list(range(20))}).fit(x, y)\ns.fit(z)\n`), 1);
    });

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
