import assert from 'node:assert/strict';
import { withEdits } from '../../src/lint/apply-fixes';
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
    assert.deepEqual(
      (await lint('x = 1  # green-ml: ignore[grid-search]')).map(({ rule }) => rule),
      ['unused-suppression'],
    );
  });

  it('say nothing of a rule that is switched off', async () => {
    assert.deepEqual(await lint('x = 1  # green-ml: ignore[grid-search]', { ignore: ['grid-search'] }), []);
  });

  it('hold for a cell, or a whole notebook', async () => {
    const cell = await lintCells([HEAD, `# green-ml: ignore-cell[grid-search]\n\n${SEARCH}`, SEARCH]);
    assert.deepEqual(
      cell.map((finding) => finding.cell),
      [2],
    );
    assert.deepEqual(await lintCells(['# green-ml: ignore-file[grid-search]', HEAD, SEARCH]), []);
  });

  const places: readonly (readonly [string, string | null])[] = [
    [SEARCH, `${SEARCH}  # green-ml: ignore[grid-search] `],
    [`${SEARCH}   # why`, `${SEARCH}   # why  # green-ml: ignore[grid-search] `],
    [`s = GridSearchCV(m, \\\n    g)`, `s = GridSearchCV(m, \\\n    g)  # green-ml: ignore[grid-search] `],
    ['s = GridSearchCV(m, g, x="""a\nb""")', 's = GridSearchCV(m, g, x="""a\nb""")  # green-ml: ignore[grid-search] '],
    [`${SEARCH}  # green-ml: ignore[run-cap] why`, `${SEARCH}  # green-ml: ignore[run-cap, grid-search] why`],
    [`x = """\n""", GridSearchCV(m, g), """\n"""`, null],
  ];
  for (const [code, expected] of places) {
    it(`can be written into ${JSON.stringify(code)}${expected === null ? ' nowhere' : ''}`, async () => {
      const [finding] = (await lint(HEAD + code)).filter(({ rule }) => rule === 'grid-search');
      assert.ok(finding);
      const { silencing } = finding;
      assert.equal(
        silencing === null ? null : withEdits(HEAD + code, [silencing]),
        expected === null ? null : HEAD + expected,
      );
      if (expected !== null) assert.ok(!(await rules(expected)).includes('grid-search'));
    });
  }
});
