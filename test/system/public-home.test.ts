import assert from 'node:assert/strict';
import manifest from '../../package.json';
import { homeOf, linksOf, publicFile, publicHome } from '../../src/system/public-home';

const home = 'https://github.com/owner/name';

describe('the public home of the project', () => {
  it('is what package.json gives, in each form that npm allows', () => {
    for (const given of [home, `${home}/`, `${home}.git`, `git+${home}.git`, { url: `git+${home}.git` }])
      assert.equal(homeOf(given), home);
  });

  it('is unknown while package.json gives none, and no address is made from it', () => {
    for (const given of ['', { url: '' }, 'git@github.com:owner/name.git', 'http://example.org'])
      assert.equal(homeOf(given), null);
    assert.equal(publicFile('docs/rules/grid-search.md', null), null);
    assert.deepEqual(linksOf(''), { bugs: undefined, homepage: undefined });
  });

  it('leads to files and issues', () => {
    assert.equal(publicFile('docs/rules/grid-search.md', home), `${home}/blob/HEAD/docs/rules/grid-search.md`);
    assert.deepEqual(linksOf(home), { bugs: { url: `${home}/issues` }, homepage: `${home}#readme` });
  });

  it('is set in one place, from which the other addresses in package.json follow', () => {
    const { repository, bugs, homepage }: { repository: string; bugs?: unknown; homepage?: unknown } = manifest;
    assert.equal(publicHome, homeOf(repository));
    assert.deepEqual({ bugs, homepage }, linksOf(repository), 'run "npm run manifest"');
  });
});
