import assert from 'node:assert/strict';
import type { Finding } from '../../../src/lint/engine/findings';
import { documentedRules } from '../../../src/lint/rules/documented';
import { lint, lintWith } from '../support';

/** A number without a separator, but a year, a name such as `c4`, or code such as `n_iter=2000`. */
const bare = /(?<![\w.,=([])\d{4,}(?![\w=\]]|[.,]\d)/g;
const isYear = (digits: string): boolean => /^(?:19|20)\d\d$/.test(digits);

const textsOf = ({ message, headline, wayOut }: Finding): readonly string[] =>
  [message, headline, wayOut].filter((text) => text !== null);

describe('figures in findings', () => {
  it('have separators between thousands, in all examples and in large numbers of every kind', async () => {
    const large = [
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(1440)}, cv=1000).fit(x)\n',
      'from sklearn.model_selection import RandomizedSearchCV\nRandomizedSearchCV(m, distributions, n_iter=20000, cv=5).fit(x)\n',
      'import optuna\ns = optuna.create_study(sampler=optuna.samplers.GridSampler({"a": range(4000)}))\ns.optimize(f)\n',
      'from xgboost import XGBClassifier\nm = XGBClassifier(n_estimators=50000)\nm.fit(x, y)\n',
      'import keras\nm = keras.Sequential([keras.layers.Dense(1)])\nm.compile(loss="mse")\nm.fit(x, y, epochs=20000, validation_split=0.1)\n',
      'from sagemaker.pytorch import PyTorch\nPyTorch("a.py", role=r, instance_count=1, instance_type="ml.g6.xlarge", max_run=9_000_000)\n',
      'from itertools import product\nfrom sklearn.svm import SVC\nfor C, g in product(range(1, 100), range(1, 100)):\n    SVC(C=C, gamma=g).fit(x, y).score(x, y)\n',
    ];
    const examples = documentedRules.flatMap(({ nonCompliant }) => nonCompliant.map(({ code }) => code));
    for (const code of [...large, ...examples]) {
      const found = await lint(code, { select: ['all'] });
      if (large.includes(code))
        assert.ok(
          found.some((each) => textsOf(each).some((text) => /\d,\d{3}/.test(text))),
          code,
        );
      for (const text of found.flatMap(textsOf))
        assert.deepEqual(
          (text.match(bare) ?? []).filter((digits) => !isYear(digits)),
          [],
          text,
        );
    }
  });

  it('are written in the headline as in the sentence', async () => {
    for (const { nonCompliant } of documentedRules)
      for (const { code } of nonCompliant)
        for (const { message, headline } of await lint(code, { select: ['all'] }))
          for (const number of headline?.match(/\d[\d,.]*\d|\d/g) ?? [])
            assert.ok(message.includes(number), `${headline ?? ''}: ${message}`);
  });

  it('say the way out beside the waste', async () => {
    const first = async (rule: string, code: string): Promise<string> => {
      const [finding] = await lintWith(rule, code);
      return `${finding?.headline ?? ''} → ${finding?.wayOut ?? ''}`;
    };
    const grid = (code: string): Promise<string> =>
      first('grid-search', `from sklearn.model_selection import GridSearchCV\n${code}\n`);
    assert.equal(await grid('GridSearchCV(m, {"C": range(288)}, cv=5).fit(x)'), '1,441 fits → 101 with random search');
    assert.equal(await grid('GridSearchCV(m, grid, cv=5).fit(x)'), 'grid search → 101 fits with random search');
    assert.equal(
      await grid('GridSearchCV(m, {"C": range(72)}, cv=cv).fit(x)'),
      '72 candidates → 20 with random search',
    );
    assert.equal(
      await first('high-carbon-region', 'import boto3\nboto3.client("sagemaker", "ap-southeast-2")\n').then((text) =>
        text.replace('CO₂e', 'COe').replace(/\d+/g, 'N'),
      ),
      'N g COe/kWh → N in eu-north-N, on another continent (−N %)',
    );
  });

  it('have a way out wherever there is a headline', async () => {
    for (const { id, nonCompliant } of documentedRules)
      for (const { code } of nonCompliant)
        for (const { rule, severity, headline, wayOut } of await lint(code, { select: ['all'] }))
          if (rule === id && headline !== null && severity !== 'hint')
            assert.ok(wayOut !== null || rule === 'grid-search', `${rule}: ${headline}`);
  });
});
