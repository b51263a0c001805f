import assert from 'node:assert/strict';
import { lint, lintCells } from './support';

const HEAD = 'from sklearn.model_selection import GridSearchCV\n';
const SEARCH = 's = GridSearchCV(m, g)';

const rules = async (code: string): Promise<string[]> => (await lint(HEAD + code)).map(({ rule }) => rule);

describe('suppressions', () => {
  const silenced = [
    `${SEARCH}  # green-ml: ignore[grid-search] the paper asks for it`,
    `# green-ml: ignore[grid-search]\n${SEARCH}`,
    `${SEARCH}  #green-ml:ignore[ other , grid-search ]`.replace('other , ', ''),
    `${SEARCH}  # green-ml: ignore[P16]`,
    `s = GridSearchCV(m,\n    g)  # green-ml: ignore[grid-search]`,
    `${SEARCH}  # noqa`,
    `${SEARCH}  # NOQA # why`,
    `${SEARCH}\n# green-ml: ignore-file[grid-search]`,
  ];
  for (const code of silenced) {
    it(`silence by ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rules(code), []);
    });
  }

  const heard: readonly (readonly [string, string[]])[] = [
    [`${SEARCH}  # noqa: E501`, ['grid-search']],
    [`x = 1  # green-ml: ignore[grid-search]\n${SEARCH}`, ['unused-suppression', 'grid-search']],
    [`# green-ml: ignore[grid-search]\n\n${SEARCH}`, ['unused-suppression', 'grid-search']],
    [`${SEARCH}  # green-ml: ignore`, ['grid-search', 'unused-suppression']],
    [`${SEARCH}  # green-ml: ignore[grid]`, ['grid-search', 'unused-suppression']],
    [`x = "# green-ml: ignore-file[grid-search]"\n${SEARCH}`, ['grid-search']],
    ['x = 1  # green-ml: ignore[grid-search]', ['unused-suppression']],
  ];
  for (const [code, expected] of heard) {
    it(`report ${expected.join(' and ')} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rules(code), expected);
    });
  }

  it('are looked for even where no rule has anything to find', async () => {
    assert.deepEqual((await lint('x = 1  # green-ml: ignore[grid-search]')).map(({ rule }) => rule), ['unused-suppression']);
  });

  it('say nothing of a rule that is switched off', async () => {
    assert.deepEqual(await lint('x = 1  # green-ml: ignore[grid-search]', { ignore: ['grid-search'] }), []);
  });

  it('hold for a cell, or a whole notebook', async () => {
    const cell = await lintCells([HEAD, `# green-ml: ignore-cell[grid-search]\n\n${SEARCH}`, SEARCH]);
    assert.deepEqual(cell.map((finding) => finding.cell), [2]);
    assert.deepEqual(await lintCells(['# green-ml: ignore-file[grid-search]', HEAD, SEARCH]), []);
  });
});
