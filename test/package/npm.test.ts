import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** As people type it, without what an outer npm has set. */
function npm(args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  return spawnSync('npm', args, { env, encoding: 'utf8', shell: process.platform === 'win32' });
}

describe('the command as a package of npm', function () {
  this.timeout(300_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-npm-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is installed from its package without a network, with its licences and without the extension', async () => {
    const packed = npm(['pack', '--silent', '--pack-destination', folder]);
    assert.equal(packed.status, 0, packed.stderr);
    const file = packed.stdout.trim();
    assert.match(file, /^green-ml-[\d.]+\.tgz$/, 'pre-commit reads the name of the package here');
    const prefix = join(folder, 'prefix');
    const installed = npm([
      'install',
      '--global',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--prefix',
      prefix,
      join(folder, file),
    ]);
    assert.equal(installed.status, 0, installed.stderr);
    const home =
      process.platform === 'win32'
        ? join(prefix, 'node_modules', 'green-ml')
        : join(prefix, 'lib', 'node_modules', 'green-ml');
    const command = process.platform === 'win32' ? join(prefix, 'green-ml.cmd') : join(prefix, 'bin', 'green-ml');
    const lint = spawnSync(command, ['lint', '--no-cache', resolve('examples/search.py')], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    assert.equal(lint.status, 1, lint.stderr);
    assert.match(lint.stdout, /361 fits/);
    const files = await readdir(home, { recursive: true });
    for (const name of [
      'LICENSE',
      join('dist', 'THIRD-PARTY-NOTICES.txt'),
      join('dist', 'lint-thread.js'),
      join('dist', 'data', 'electricity-maps', 'LICENSE'),
    ])
      assert.ok(files.includes(name), name);
    assert.deepEqual(
      files.filter((name) => /(?:^|[/\\])extension(?:-main)?\.js|webview|\.map$|^src|^test|node_modules/.test(name)),
      [],
    );
  });

  it('is built where it is installed from sources that are not', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    assert.equal(scripts['prepare'], 'node scripts/prepare.mjs');
    const clone = join(folder, 'clone');
    for (const name of ['src', 'scripts', 'package.json', 'tsconfig.json'])
      await cp(name, join(clone, name), { recursive: true });
    const { npm_execpath: _npm, ...env } = process.env;
    const prepare = (): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [join('scripts', 'prepare.mjs')], { cwd: clone, env, encoding: 'utf8' });
    const failed = prepare();
    assert.equal(failed.status, 1);
    assert.match(
      String(failed.stderr),
      /^Green ML could not be built in .*: run "npm ci" and "npm run build" there, then install it again\.\n$/,
    );
    await symlink(resolve('node_modules'), join(clone, 'node_modules'), 'junction');
    const built = prepare();
    assert.deepEqual([built.status, built.stdout], [0, ''], String(built.stderr));
    const { stdout } = spawnSync(process.execPath, [join(clone, 'dist', 'cli.js'), '--version'], { encoding: 'utf8' });
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
