import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promptFiles } from '../../src/system/own-files';
import { RecycledFile, versionsOf } from '../../src/system/recycled-file';
import { skip } from '../support/skip';

describe('system/recycled-file', () => {
  let folder: string;
  let path: string;
  let file: RecycledFile;
  before(function () {
    if (process.platform === 'win32') skip(this, 'there a file that is open cannot be replaced');
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'green-ml-recycled-'));
    path = join(folder, 'run.json');
    file = new RecycledFile(path);
  });
  afterEach(() => {
    file.remove();
    rmSync(folder, { recursive: true });
  });

  const textOf = (number: number): string => `${JSON.stringify({ number, text: 'ü'.repeat(number % 40) })}\n`;
  const content = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

  it('holds the last text, whole and with the same size, in a few files that it uses again', () => {
    const sizes = new Set<number>();
    const inodes = new Set<number>();
    for (let number = 0; number < 100; number++) {
      file.replace(textOf(number));
      assert.deepEqual(content(), JSON.parse(textOf(number)));
      assert.match(readFileSync(path, 'utf8'), /^\{.*\} *\n$/);
      const { size, ino, mode } = statSync(path);
      sizes.add(size);
      inodes.add(ino);
      assert.equal(mode & 0o777, 0o600);
    }
    assert.equal(sizes.size, 1);
    assert.equal(inodes.size, 4);
  });

  it('leaves a version alone that a reader has just opened', () => {
    file.replace(textOf(1));
    const opened = openSync(path, 'r');
    try {
      for (let number = 2; number < 5; number++) file.replace(textOf(number));
      const bytes = Buffer.alloc(4096);
      assert.deepEqual(JSON.parse(bytes.toString('utf8', 0, readSync(opened, bytes))), JSON.parse(textOf(1)));
    } finally {
      closeSync(opened);
    }
  });

  it('takes a text that is longer than all before, and a reader keeps the shorter one', () => {
    file.replace(textOf(1));
    const opened = openSync(path, 'r');
    try {
      const long = `${JSON.stringify('x'.repeat(5000))}\n`;
      for (let turn = 0; turn < 20; turn++) file.replace(long);
      assert.equal(content(), 'x'.repeat(5000));
      assert.deepEqual(JSON.parse(readFileSync(opened, 'utf8')), JSON.parse(textOf(1)));
    } finally {
      closeSync(opened);
    }
  });

  it('leaves only the file when its versions are removed', () => {
    file.replace(textOf(1));
    assert.deepEqual(readdirSync(folder).sort(), ['run.json', 'run.json.versions']);
    file.remove();
    assert.deepEqual(readdirSync(folder), ['run.json']);
  });

  it('is replaced in the usual way where versions cannot be kept', async () => {
    const replacer = promptFiles.replacer(path);
    await replacer.replace(textOf(1));
    rmSync(versionsOf(path), { recursive: true, force: true });
    for (let number = 2; number < 20; number++) {
      await replacer.replace(textOf(number));
      assert.deepEqual(content(), JSON.parse(textOf(number)));
    }
    assert.equal(existsSync(versionsOf(path)), false);
    replacer.close();
    await assert.rejects(promptFiles.replacer(join(folder, 'none', 'run.json')).replace(textOf(1)), { code: 'ENOENT' });
  });
});
