import assert from 'node:assert/strict';
import { systemLines } from '../../src/system/spawn';
import { skip } from '../support/skip';

describe('lines of programs', function () {
  this.timeout(30_000);
  before(function () {
    if (process.platform === 'win32') skip(this, 'needs a shell');
  });

  it('end in time, also if what the program started goes on', async () => {
    const { problem } = await systemLines('sh', ['-c', 'sleep 60; true'], () => undefined, {
      env: {},
      timeoutMilliseconds: 300,
    });
    assert.equal(problem, 'timeout');
  });

  it('end if one of them does not', async () => {
    const { problem } = await systemLines('sh', ['-c', 'tr "\\0" x </dev/zero'], () => undefined, {
      env: {},
      timeoutMilliseconds: 25_000,
    });
    assert.equal(problem, 'a line without an end');
  });
});
