import assert from 'node:assert/strict';
import { stateDirectory } from '../../src/runs/state-directory';

describe('runs/state-directory', () => {
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
    assert.equal(stateDirectory({ platform: 'linux', env: {}, home: '' }), null);
  });
});
