import assert from 'node:assert/strict';
import { ConfigError } from '../../../src/lint/files/config';
import { withIgnoredRule } from '../../../src/lint/files/config-edit';
import { allRules } from '../../../src/lint/rules';

const edit = (text: string, path = '/p/pyproject.toml'): Promise<string | null> =>
  withIgnoredRule({ text, path }, 'grid-search', allRules);

describe('ignoring a rule in a project', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['an empty file', '', '[tool.green-ml]\nignore = ["grid-search"]\n'],
    [
      'a file that says nothing about us',
      '[project]\nname = "x"\n',
      '[project]\nname = "x"\n\n[tool.green-ml]\nignore = ["grid-search"]\n',
    ],
    [
      'a file without an end of line',
      '[project]\r\nname = "x"',
      '[project]\r\nname = "x"\r\n\r\n[tool.green-ml]\r\nignore = ["grid-search"]\r\n',
    ],
    [
      'a table',
      '[tool.green-ml] # ours\nselect = ["P16"]\n\n[tool.ruff]\nignore = []\n',
      '[tool.green-ml] # ours\nignore = ["grid-search"]\nselect = ["P16"]\n\n[tool.ruff]\nignore = []\n',
    ],
    ['an empty list', '[tool.green-ml]\nignore = [ ]\n', '[tool.green-ml]\nignore = ["grid-search"]\n'],
    [
      'a list',
      "[tool.green-ml]\nignore = ['run-cap'] # why\n",
      '[tool.green-ml]\nignore = [\'run-cap\', "grid-search"] # why\n',
    ],
    [
      'a list with a comma',
      '[tool.green-ml]\nignore = ["run-cap",]\n',
      '[tool.green-ml]\nignore = ["run-cap", "grid-search"]\n',
    ],
    [
      'a list of lines',
      '[tool.green-ml]\nignore = [\n  # the paper\n  "run-cap",  # ]\n  "P5", # all of them\n]\nselect = ["all"]\n',
      '[tool.green-ml]\nignore = [\n  # the paper\n  "run-cap",  # ]\n  "P5",\n  "grid-search", # all of them\n]\nselect = ["all"]\n',
    ],
    [
      'what is set for runs',
      '[tool.green-ml]\nlocation = "Narnia"\nbudget = "5Wh"\n',
      '[tool.green-ml]\nignore = ["grid-search"]\nlocation = "Narnia"\nbudget = "5Wh"\n',
    ],
    [
      'a rule that is there',
      '[tool.green-ml]\nignore = ["grid-search"]\n',
      '[tool.green-ml]\nignore = ["grid-search"]\n',
    ],
    [
      'subtables alone',
      '[tool.green-ml.severity]\nrun-cap = "off"\n',
      '[tool.green-ml.severity]\nrun-cap = "off"\n\n[tool.green-ml]\nignore = ["grid-search"]\n',
    ],
  ];
  for (const [name, before, after] of cases) {
    it(`adds to ${name}`, async () => {
      assert.equal(await edit(before), after);
    });
  }

  it('knows a file of our own', async () => {
    assert.equal(await edit('select = ["all"]\n', '/p/green-ml.toml'), 'ignore = ["grid-search"]\nselect = ["all"]\n');
  });

  it('leaves alone what it cannot add to with certainty', async () => {
    assert.equal(await edit('[tool]\ngreen-ml = { ignore = ["run-cap"] }\n'), null);
    assert.equal(await edit('tool.green-ml.ignore = ["run-cap"]\n'), null);
  });

  it('refuses what is broken', async () => {
    await assert.rejects(edit('[tool.green-ml\n'), ConfigError);
  });
});
