import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import { isWithin } from '../../src/system/paths';

describe('system/paths', () => {
  it('says whether a path is inside a folder', () => {
    for (const [path, folder, expected] of [
      ['/work', '/work', true],
      ['/work/a/b', '/work', true],
      ['/work/..project', '/work', true],
      ['/work/..', '/work', false],
      ['/work-2', '/work', false],
      ['/', '/work', false],
      ['/anything', '/', true],
    ] as const)
      assert.equal(isWithin(path, folder, posix), expected, `${path} in ${folder}`);
    for (const [path, folder, expected] of [
      ['C:\\Work\\a', 'c:\\work', true],
      ['C:\\..project', 'C:\\', true],
      ['D:\\work', 'C:\\work', false],
      ['C:\\other', 'C:\\work', false],
    ] as const)
      assert.equal(isWithin(path, folder, win32), expected, `${path} in ${folder}`);
  });
});
