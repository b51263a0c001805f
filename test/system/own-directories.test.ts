import assert from 'node:assert/strict';
import { cacheDirectory, configDirectory, machineDirectory, stateDirectory } from '../../src/system/own-directories';

describe('system/own-directories: the folder for state', () => {
  it('follows XDG_STATE_HOME where it is absolute', () => {
    assert.equal(
      stateDirectory({ platform: 'linux', env: { XDG_STATE_HOME: '/state' }, home: '/home/a' }),
      '/state/green-ml',
    );
    assert.equal(
      stateDirectory({ platform: 'darwin', env: { XDG_STATE_HOME: '/state' }, home: '/Users/a' }),
      '/state/green-ml',
    );
    assert.equal(
      stateDirectory({ platform: 'linux', env: { XDG_STATE_HOME: 'state' }, home: '/home/a' }),
      '/home/a/.local/state/green-ml',
    );
  });

  it("takes the platform's place otherwise", () => {
    assert.equal(stateDirectory({ platform: 'linux', env: {}, home: '/home/a' }), '/home/a/.local/state/green-ml');
    assert.equal(
      stateDirectory({ platform: 'darwin', env: {}, home: '/Users/a' }),
      '/Users/a/Library/Application Support/green-ml',
    );
    assert.equal(
      stateDirectory({ platform: 'win32', env: { LOCALAPPDATA: 'C:\\Local' }, home: 'C:\\a' }),
      'C:\\Local\\green-ml',
    );
    assert.equal(stateDirectory({ platform: 'win32', env: {}, home: 'C:\\a' }), 'C:\\a\\AppData\\Local\\green-ml');
  });

  it('has no place without a home directory', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      assert.equal(stateDirectory({ platform, env: {}, home: null }), null);
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      assert.equal(stateDirectory({ platform, env: {}, home: '' }), null);
  });
});

describe('system/own-directories: the folder for caches', () => {
  it('follows XDG_CACHE_HOME where it is absolute', () => {
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

  it("takes the platform's place otherwise", () => {
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

  it('is nowhere without a home directory', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      assert.equal(cacheDirectory({ platform, env: {}, home: null }), null);
      assert.equal(cacheDirectory({ platform, env: {}, home: '' }), null);
    }
  });
});

describe('system/own-directories: the folders for settings', () => {
  it("follow XDG_CONFIG_HOME, else the platform's place, which roams on Windows", () => {
    assert.equal(configDirectory({ platform: 'darwin', env: { XDG_CONFIG_HOME: '/c' }, home: null }), '/c/green-ml');
    assert.equal(configDirectory({ platform: 'linux', env: {}, home: '/home/a' }), '/home/a/.config/green-ml');
    assert.equal(configDirectory({ platform: 'linux', env: {}, home: null }), null);
    assert.equal(
      configDirectory({ platform: 'win32', env: { LOCALAPPDATA: 'C:\\Local' }, home: 'C:\\a' }),
      'C:\\a\\AppData\\Roaming\\green-ml',
    );
  });

  it('are the same for all users of a machine', () => {
    assert.equal(machineDirectory({ platform: 'linux', env: { ProgramData: 'C:\\x' } }), '/etc/green-ml');
    assert.equal(machineDirectory({ platform: 'darwin', env: {} }), '/Library/Application Support/green-ml');
    assert.equal(machineDirectory({ platform: 'win32', env: { ProgramData: 'D:\\p' } }), 'D:\\p\\green-ml');
  });
});
