import assert from 'node:assert/strict';
import { cacheDirectory } from '../../src/system/cache-directory';

describe('the folder for caches', () => {
  it('follows XDG_CACHE_HOME if it is absolute', () => {
    assert.equal(
      cacheDirectory({ platform: 'linux', env: { XDG_CACHE_HOME: '/cache' }, home: '/home/a' }),
      '/cache/green-ml',
    );
    assert.equal(
      cacheDirectory({ platform: 'darwin', env: { XDG_CACHE_HOME: '/cache' }, home: null }),
      '/cache/green-ml',
    );
    assert.equal(
      cacheDirectory({ platform: 'linux', env: { XDG_CACHE_HOME: 'cache' }, home: '/home/a' }),
      '/home/a/.cache/green-ml',
    );
  });

  it("is the platform's usual folder otherwise", () => {
    assert.equal(cacheDirectory({ platform: 'linux', env: {}, home: '/home/a' }), '/home/a/.cache/green-ml');
    assert.equal(cacheDirectory({ platform: 'darwin', env: {}, home: '/Users/a' }), '/Users/a/Library/Caches/green-ml');
    assert.equal(
      cacheDirectory({ platform: 'win32', env: { LOCALAPPDATA: 'C:\\Local' }, home: 'C:\\a' }),
      'C:\\Local\\green-ml\\Cache',
    );
    assert.equal(
      cacheDirectory({ platform: 'win32', env: {}, home: 'C:\\a' }),
      'C:\\a\\AppData\\Local\\green-ml\\Cache',
    );
  });

  it('is null without a home directory', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      assert.equal(cacheDirectory({ platform, env: {}, home: null }), null);
      assert.equal(cacheDirectory({ platform, env: {}, home: '' }), null);
    }
  });
});
