import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadWithCodeCache, type LoadedCode } from '../../src/system/code-cache';
import { cli, greenMl } from '../cli/support';
import { skip } from '../support/skip';

describe('the cache of compiled code', () => {
  let folder: string;
  let cacheFolder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'green-ml-code-')));
    cacheFolder = join(folder, 'cache');
    writeFileSync(join(folder, 'entry.js'), "const { two } = require('./piece.js'); exports.sum = () => two() + 1;");
    writeFileSync(
      join(folder, 'piece.js'),
      'exports.two = () => 2; exports.name = __filename; exports.main = require.main;',
    );
  });
  afterEach(() => {
    forget();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As another process would find it. */
  function forget(): void {
    for (const path of Object.keys(require.cache)) {
      if (path.startsWith(folder)) Reflect.deleteProperty(require.cache, path);
    }
  }

  function start(build = 'one'): LoadedCode {
    forget();
    return loadWithCodeCache('entry.js', { folder, cacheFolder, start: 'test', build, engine: 'v8' });
  }

  const sumOf = ({ exports }: LoadedCode): number => (exports as { sum(): number }).sum();
  const files = (): string[] => readdirSync(join(cacheFolder, 'code'));
  const file = (): string => join(cacheFolder, 'code', files()[0] ?? '');

  it('compiles the first time only', () => {
    const first = start();
    assert.equal(sumOf(first), 3);
    assert.deepEqual(first.fromCache, []);
    first.write();
    const second = start();
    assert.equal(sumOf(second), 3);
    assert.deepEqual(second.fromCache, ['entry.js', 'piece.js']);
    const { mtimeNs } = statSync(file(), { bigint: true });
    second.write();
    assert.equal(statSync(file(), { bigint: true }).mtimeNs, mtimeNs, 'there is nothing to add');
    if (process.platform !== 'win32') assert.equal(statSync(file()).mode & 0o777, 0o600);
  });

  it('gives modules what Node gives them', () => {
    start();
    const piece = require.cache[join(folder, 'piece.js')];
    assert.deepEqual(piece?.exports, { ...piece?.exports, name: join(folder, 'piece.js'), main: require.main });
    assert.equal(piece?.loaded, true);
  });

  it('keeps code that only another start needed', () => {
    writeFileSync(
      join(folder, 'entry.js'),
      "if (process.env.NEEDED === 'yes') require('./piece.js'); exports.sum = () => 3;",
    );
    process.env['NEEDED'] = 'yes';
    start().write();
    delete process.env['NEEDED'];
    writeFileSync(join(folder, 'more.js'), '');
    writeFileSync(
      join(folder, 'entry.js'),
      "if (process.env.NEEDED === 'yes') require('./piece.js'); require('./more.js'); exports.sum = () => 3;",
    );
    start().write();
    process.env['NEEDED'] = 'yes';
    const { fromCache } = start();
    delete process.env['NEEDED'];
    assert.deepEqual(fromCache, ['entry.js', 'piece.js', 'more.js']);
  });

  it('does not give the code of one build to another, even of the same length', () => {
    start('one').write();
    writeFileSync(
      join(folder, 'piece.js'),
      'exports.two = () => 5; exports.name = __filename; exports.main = require.main;',
    );
    const other = start('two');
    assert.deepEqual(other.fromCache, []);
    assert.equal(sumOf(other), 6);
  });

  for (const [what, spoil] of [
    ['is cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 16)],
    ['is empty', () => Buffer.alloc(0)],
    ['holds zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
    ['begins with other JSON', () => Buffer.from('{"bytes":0}\n')],
    ['is not ours', () => Buffer.from('hello')],
    [
      'has one wrong bit at its end',
      (bytes: Buffer) => bytes.map((byte, index) => (index === bytes.length - 40 ? byte ^ 4 : byte)),
    ],
    [
      'has one wrong bit in its middle',
      (bytes: Buffer) => bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte)),
    ],
  ] as const) {
    it(`compiles, and writes it again, where the file ${what}`, () => {
      start().write();
      writeFileSync(file(), spoil(readFileSync(file())));
      const again = start();
      assert.equal(sumOf(again), 3);
      assert.deepEqual(again.fromCache, []);
      again.write();
      assert.deepEqual(start().fromCache, ['entry.js', 'piece.js']);
    });
  }

  it('runs nothing that others may have written', function () {
    if (process.platform === 'win32') skip(this, 'Windows has no such rights');
    start().write();
    chmodSync(file(), 0o666);
    assert.deepEqual(start().fromCache, []);
    chmodSync(file(), 0o600);
    chmodSync(join(cacheFolder, 'code'), 0o777);
    assert.deepEqual(start().fromCache, []);
    chmodSync(join(cacheFolder, 'code'), 0o700);
    assert.equal(start().fromCache.length, 2);
    if (process.getuid?.() !== 0) return;
    chownSync(file(), 12_345, 12_345);
    assert.deepEqual(start().fromCache, []);
  });

  it('does not wait for a pipe that lies where the file should be', function () {
    if (process.platform === 'win32') skip(this, 'Windows has no pipes in folders');
    start().write();
    const path = file();
    rmSync(path);
    execFileSync('mkfifo', [path]);
    assert.equal(sumOf(start()), 3);
  });

  it('works without a folder to write to', () => {
    writeFileSync(cacheFolder, 'a file');
    const code = start();
    code.write();
    assert.equal(sumOf(code), 3);
    forget();
    const none = loadWithCodeCache('entry.js', {
      folder,
      cacheFolder: null,
      start: 'test',
      build: 'one',
      engine: 'v8',
    });
    none.write();
    assert.equal(sumOf(none), 3);
  });

  it('writes nothing more when it is finished', () => {
    writeFileSync(join(folder, 'entry.js'), "exports.later = () => require('./piece.js').two();");
    const code = start();
    code.finish();
    assert.equal((code.exports as { later(): number }).later(), 2);
    code.write();
    assert.deepEqual(start().fromCache, ['entry.js']);
    (start().exports as { later(): number }).later();
    assert.equal(files().length, 1);
  });

  it('ends where the kernel lets nobody make folders', function () {
    if (process.platform !== 'linux') skip(this, '/proc is a folder of Linux');
    const code = loadWithCodeCache('entry.js', {
      folder,
      cacheFolder: '/proc/nobody/here',
      start: 'test',
      build: 'one',
      engine: 'v8',
    });
    code.write();
    assert.equal(sumOf(code), 3);
  });

  it('keeps the caches of the last builds', () => {
    for (let build = 0; build < 30; build++) start(`build-${build}`).write();
    assert.equal(files().length, 24);
    assert.ok(files().some((name) => name.startsWith('test-build-29-')));
  });

  it('holds the parser and what else a command reads later', async () => {
    const script = join(folder, 'train.py');
    writeFileSync(
      script,
      'import torch\ntotal = 0\nfor x in data:\n    loss = model(x)\n    loss.backward()\n    total += loss\n',
    );
    const lint = (): ReturnType<typeof greenMl> => greenMl(['lint', script], { XDG_CACHE_HOME: cacheFolder });
    const first = await lint();
    assert.equal(first.code, 1, first.stderr);
    assert.match(first.stdout, /1 file linted/);
    rmSync(join(cacheFolder, 'green-ml', 'lint'), { recursive: true });
    assert.deepEqual(await lint(), first);
  });

  it('is what the command line starts from', async () => {
    const env = { XDG_CACHE_HOME: cacheFolder };
    const first = await greenMl(['--version'], env);
    const kept = join(cacheFolder, 'green-ml', 'code');
    assert.deepEqual(
      readdirSync(kept).map((name) => name.slice(0, 6)),
      ['other-'],
    );
    assert.ok(readFileSync(join(kept, readdirSync(kept)[0] ?? ''), 'latin1').startsWith('{"bytes":'));
    assert.deepEqual(await greenMl(['--version'], env), first, cli);
  });
});
