import assert from 'node:assert/strict';
import { withEdits } from '../../../src/lint/fixes/apply-fixes';
import { lint, lintCells } from '../support';

const head = 'from sklearn.model_selection import GridSearchCV\n';
const search = 's = GridSearchCV(m, g).fit(x)';

const rules = async (code: string): Promise<string[]> => (await lint(head + code)).map(({ rule }) => rule);

describe('suppressions', () => {
  const silenced = [
    `${search}  # green-ml: ignore[grid-search] the paper asks for it`,
    `# green-ml: ignore[grid-search]\n${search}`,
    `${search}  #green-ml:ignore[ other , grid-search ]`.replace('other , ', ''),
    `${search}  # green-ml: ignore[P16]`,
    `s = GridSearchCV(m,\n    g).fit(x)  # green-ml: ignore[grid-search]`,
    `${search}  # noqa`,
    `${search}  # NOQA # why`,
    `${search}\n# green-ml: ignore-file[grid-search]`,
  ];
  for (const code of silenced) {
    it(`silence by ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await rules(code), []);
    });
  }

  const heard: readonly (readonly [string, string[]])[] = [
    [`${search}  # noqa: E501`, ['grid-search']],
    [`x = 1  # green-ml: ignore[grid-search]\n${search}`, ['unused-suppression', 'grid-search']],
    [`# green-ml: ignore[grid-search]\n\n${search}`, ['unused-suppression', 'grid-search']],
    [`${search}  # green-ml: ignore`, ['grid-search', 'unused-suppression']],
    [`${search}  # green-ml: ignore[grid]`, ['grid-search', 'unused-suppression']],
    [`x = "# green-ml: ignore-file[grid-search]"\n${search}`, ['grid-search']],
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
    const cell = await lintCells([head, `# green-ml: ignore-cell[grid-search]\n\n${search}`, search]);
    assert.deepEqual(
      cell.map((finding) => finding.cell),
      [2],
    );
    assert.deepEqual(await lintCells(['# green-ml: ignore-file[grid-search]', head, search]), []);
  });

  it('hold for the files that a notebook writes', async () => {
    const writes = `%%writefile train.py\n${head}${search}`;
    assert.equal((await lintCells([writes])).length, 1);
    assert.deepEqual(await lintCells(['# green-ml: ignore-file[grid-search]', writes]), []);
    assert.deepEqual(await lintCells([`${writes}  # green-ml: ignore[grid-search]`]), []);
    // A comment for one cell or line says nothing of another file.
    const others = await lintCells([`# green-ml: ignore-cell[grid-search]\n${head}`, writes]);
    assert.deepEqual(
      others.map(({ rule, cell }) => [rule, cell]),
      [
        ['unused-suppression', 0],
        ['grid-search', 1],
      ],
    );
  });

  const places: readonly (readonly [string, string | null])[] = [
    [search, `${search}  # green-ml: ignore[grid-search] `],
    [`${search}   # why`, `${search}   # why  # green-ml: ignore[grid-search] `],
    [
      `s = GridSearchCV(m, \\\n    g).fit(x)`,
      `s = GridSearchCV(m, \\\n    g).fit(x)  # green-ml: ignore[grid-search] `,
    ],
    [
      's = GridSearchCV(m, g, x="""a\nb""").fit(x)',
      's = GridSearchCV(m, g, x="""a\nb""").fit(x)  # green-ml: ignore[grid-search] ',
    ],
    [`${search}  # green-ml: ignore[run-cap] why`, `${search}  # green-ml: ignore[run-cap, grid-search] why`],
    [`x = """\n""", GridSearchCV(m, g).fit(x), """\n"""`, null],
  ];
  for (const [code, expected] of places) {
    it(`can be written into ${JSON.stringify(code)}${expected === null ? ' nowhere' : ''}`, async () => {
      const [finding] = (await lint(head + code)).filter(({ rule }) => rule === 'grid-search');
      assert.ok(finding);
      const { silencing } = finding;
      assert.equal(
        silencing === null ? null : withEdits(head + code, [silencing]),
        expected === null ? null : head + expected,
      );
      if (expected !== null) assert.ok(!(await rules(expected)).includes('grid-search'));
    });
  }
});
