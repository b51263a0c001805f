import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from '../support/skip';
import { cli, type CliResult } from './support';

/** All files that the product looks for by their names in a project, and files that it finds by their endings. */
const names = [
  '.gitignore',
  'pyproject.toml',
  'green-ml.toml',
  '.green-ml/checklist.json',
  'train.py',
  'train.ipynb',
  'sweep.yaml',
];

describe('a project whose files are no files', function () {
  // Whatever holds it up does so for ever: the limit only ends that.
  this.timeout(120_000);
  let folder: string;

  before(function () {
    if (process.platform === 'win32') skip(this, 'Windows has other devices');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-hostile-'));
    await mkdir(join(folder, '.git'));
    await mkdir(join(folder, '.green-ml'));
    await writeFile(
      join(folder, 'fine.py'),
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n',
    );
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Ends with code null where the memory that is allowed does not do, or where it is held up. */
  function call(...args: string[]): Promise<CliResult> {
    return new Promise((done, failed) => {
      const child = spawn(process.execPath, ['--max-old-space-size=300', cli, ...args], {
        cwd: folder,
        env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state') },
        timeout: 60_000,
        killSignal: 'SIGKILL',
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk) => (stdout += String(chunk)));
      child.stderr.on('data', (chunk) => (stderr += String(chunk)));
      child.once('error', failed);
      child.once('close', (code) => done({ code, stdout, stderr }));
    });
  }

  for (const [kind, make] of [
    ['an endless device', (path: string) => symlink('/dev/zero', path)],
    ['a pipe that nobody writes to', (path: string) => Promise.resolve(void execFileSync('mkfifo', [path]))],
  ] as const) {
    for (const name of names) {
      it(`says so where ${name} is ${kind}, and works on where it can`, async () => {
        await make(join(folder, name));
        const [lint, practices] = await Promise.all([call('lint', '--no-cache'), call('practices')]);
        const isConfig = name.endsWith('.toml');
        const isChecklist = name.endsWith('.json');
        assert.equal(lint.code, isConfig ? 2 : 1, lint.stdout + lint.stderr);
        assert.equal(practices.code, isConfig || isChecklist ? 2 : 0, practices.stdout + practices.stderr);
        if (isConfig || name === '.gitignore')
          assert.match(lint.stderr, /It is a device, a pipe or a folder, not a regular file\./);
        if (isConfig || isChecklist)
          assert.match(practices.stderr, /^green-ml: .*It is a device, a pipe or a folder, not a regular file\.\n$/);
      });
    }
  }

  it('lints a file that a person names only if it is one', async () => {
    const result = await call('lint', '/dev/zero', '--no-cache');
    assert.deepEqual([result.code, result.stderr], [2, '/dev/zero: It is neither a file nor a folder.\n']);
  });

  it('refuses a configuration, a checklist and a list of ignored files of many megabytes', async () => {
    for (const name of ['pyproject.toml', '.green-ml/checklist.json', '.gitignore']) {
      await writeFile(join(folder, name), ' '.repeat(1_000_001));
      const result = await call(name.endsWith('.json') ? 'practices' : 'lint');
      assert.match(result.stderr, /It is larger than 1 MB, the limit\./);
      await rm(join(folder, name));
    }
  });

  it('leaves out a pattern that is too long for any matcher, and follows the others', async () => {
    await writeFile(
      join(folder, 'ignored.py'),
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n',
    );
    await writeFile(join(folder, '.gitignore'), `ignored.py\n${'x*'.repeat(100_000)}\n# ${'why '.repeat(1000)}\n`);
    const result = await call('lint', '.', '--no-cache');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /^fine\.py:2:1: /);
    assert.doesNotMatch(result.stdout, /ignored\.py/);
    assert.match(result.stderr, /\.gitignore: It has a line of more than 1000 characters, which is not followed\.\n$/);
  });

  it('does not fix what a link leads to outside the folder, unless the person names it', async () => {
    const fixable = 'x = 1  # green-ml: ignore[grid-search] why\n';
    const other = await mkdtemp(join(tmpdir(), 'green-ml-other-'));
    try {
      await writeFile(join(other, 'theirs.py'), fixable);
      await symlink(join(other, 'theirs.py'), join(folder, 'link.py'));
      await writeFile(join(folder, 'own.py'), fixable);
      await symlink('own.py', join(folder, 'within.py'));
      const all = await call('lint', '--fix', '--no-cache');
      assert.match(
        all.stderr,
        /link\.py: It could not be changed: it is a link to a file outside the folder; name that file to fix it\./,
      );
      assert.equal(await readFile(join(other, 'theirs.py'), 'utf8'), fixable);
      assert.equal(await readFile(join(folder, 'own.py'), 'utf8'), 'x = 1\n');
      assert.equal((await call('lint', '--fix', '--no-cache', 'link.py')).code, 0);
      assert.equal(await readFile(join(other, 'theirs.py'), 'utf8'), 'x = 1\n');
    } finally {
      await rm(other, { recursive: true });
    }
  });
});
