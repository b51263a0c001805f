import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { allRules } from '../../src/lint/rules';
import { publicHome } from '../../src/system/public-home';
import { greenMl } from './support';

describe('green-ml rule', function () {
  // Each call starts a process, on a machine that may be busy.
  this.timeout(60_000);

  it('shows the page of a rule without a network', async () => {
    const { code, stdout, stderr } = await greenMl(['rule', 'grid-search']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^grid-search\n\nwarning · practice 16\n\n/);
    for (const title of ['What it finds', 'Why that is waste', 'What to do', 'How to silence it'])
      assert.ok(stdout.includes(`\n${title}\n`), title);
    assert.doesNotMatch(stdout, /^##? [a-zA-Z]+$|```/m);
    const markdown = await greenMl(['rule', 'Grid-Search', '--markdown']);
    assert.equal(markdown.stdout, await readFile(join('docs', 'rules', 'grid-search.md'), 'utf8'));
  });

  it('knows every rule, and says in one sentence which it does not know', async () => {
    const ids = allRules.map(({ id }) => id);
    const last = await greenMl(['rule', ids.at(-1) ?? '']);
    assert.equal(last.code, 0);
    const similar = await greenMl(['rule', 'grid-serach']);
    assert.deepEqual(
      [similar.code, similar.stdout, similar.stderr],
      [2, '', 'green-ml: there is no rule "grid-serach"; did you mean grid-search?\n'],
    );
    const none = await greenMl(['rule', 'zzz']);
    assert.match(none.stderr, /^green-ml: there is no rule "zzz"; the rules are .*grid-search.*\.\n$/);
    assert.equal((await greenMl(['rule'])).code, 2);
  });

  it('is where a finding leads while the project has no public home: no address is made up', async () => {
    if (publicHome !== null) return;
    for (const folder of ['src', 'examples', 'scripts']) {
      for (const name of await readdir(folder, { recursive: true })) {
        if (!/\.(ts|mjs|yml|md|py)$/.test(name)) continue;
        assert.doesNotMatch(await readFile(join(folder, name), 'utf8'), /github\.com\/green-ml/, `${folder}/${name}`);
      }
    }
  });
});
