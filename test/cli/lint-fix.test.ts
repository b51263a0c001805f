import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LintReportJson } from '../../src/lint/engine/findings';
import { cli, greenMl, type CliResult } from './support';

const unused = 'x = 1  # green-ml: ignore[grid-search] why\n';
const search = 'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g).fit(x)\n';

describe('green-ml lint --fix and --diff', function () {
  // Each call starts a process, on a machine that may be busy.
  this.timeout(30_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-fix-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = (...args: string[]): Promise<CliResult> =>
    greenMl(['lint', ...args], { XDG_CACHE_HOME: join(folder, 'cache') }, folder);
  const write = (name: string, content: string | Uint8Array): Promise<void> => writeFile(join(folder, name), content);
  const bytes = (name: string): Promise<Buffer> => readFile(join(folder, name));

  it('makes what is safe, leaves what is not, and reports what is left', async () => {
    await write('a.py', unused + search + unused);
    const { code, stdout, stderr } = await run('--fix', '--format', 'json');
    assert.equal(String(await bytes('a.py')), `x = 1\n${search}x = 1\n`);
    assert.deepEqual(
      (JSON.parse(stdout) as LintReportJson).findings.map(({ rule, line }) => [rule, line]),
      [['grid-search', 3]],
    );
    assert.equal(stderr, 'Fixed 2 findings in 1 file.\n');
    assert.equal(code, 1);
  });

  it('is clean when all is fixed, and does nothing the second time', async () => {
    await write('a.py', unused);
    assert.equal((await run('--fix')).code, 0);
    const before = await stat(join(folder, 'a.py'));
    const { code, stderr } = await run('--fix');
    assert.equal(code, 0);
    assert.equal(stderr, 'No safe fixes.\n');
    assert.equal((await stat(join(folder, 'a.py'))).mtimeMs, before.mtimeMs);
  });

  it('keeps byte order marks, line ends and encodings', async () => {
    const crlf = unused.replace('\n', '\r\n');
    await write('mark.py', `\ufeff# é 😀\r\n${crlf}`);
    await write('latin.py', Buffer.from(`# -*- coding: latin-1 -*-\n# \xe9\n${unused}# \xe8`, 'latin1'));
    assert.equal((await run('--fix')).code, 0);
    assert.deepEqual(await bytes('mark.py'), Buffer.from('\ufeff# é 😀\r\nx = 1\r\n'));
    assert.deepEqual(
      await bytes('latin.py'),
      Buffer.from('# -*- coding: latin-1 -*-\n# \xe9\nx = 1\n# \xe8', 'latin1'),
    );
  });

  it('changes nothing but the source of a cell in a notebook', async () => {
    const text = (source: string): string =>
      `{\r\n "metadata" : {"x": 1e3, "source": ["no"]},\n\t"cells": [ {"cell_type":"markdown","source":"caf\\u00e9"},\n  {"cell_type": "code", "outputs": [{"data": "]}\\""}],\n   "source": ${source}, "execution_count": null}] , "nbformat": 4 }\n\n`;
    await write(
      'n.ipynb',
      text('[\n    "y = \'caf\\u00e9\'\\n",\n    "x = 1  # green-ml: ignore[grid-search] why\\n",\n    "z = 3"\n   ]'),
    );
    await write('s.ipynb', text('"x = 1  # green-ml: ignore[grid-search] caf\\u00e9\\nz = \'\\u00e9\'"'));
    assert.equal((await run('--fix')).code, 0);
    assert.equal(
      String(await bytes('n.ipynb')),
      text('[\n    "y = \'caf\\u00e9\'\\n",\n    "x = 1\\n",\n    "z = 3"\n   ]'),
    );
    assert.equal(String(await bytes('s.ipynb')), text('"x = 1\\nz = \'\\u00e9\'"'));
  });

  it('leaves files alone that it does not wholly understand', async () => {
    await write('broken.py', `${unused}y = = 1\n`);
    await write(
      'wide.py',
      Buffer.concat([Buffer.from('# coding: shift_jis\n# '), Buffer.from([0x83, 0x65]), Buffer.from(`\n${unused}`)]),
    );
    const before = [await bytes('broken.py'), await bytes('wide.py')];
    assert.equal((await run('--fix')).code, 1);
    assert.deepEqual([await bytes('broken.py'), await bytes('wide.py')], before);
  });

  it('fixes only what it was asked to report', async () => {
    await write('a.py', unused);
    await run('--fix', '--min-severity', 'warning');
    await run('--fix', '--ignore', 'unused-suppression');
    assert.equal(String(await bytes('a.py')), unused);
  });

  it('prints a difference that patch can apply, and writes nothing', async () => {
    const before = `${'a = 1\n'.repeat(9)}${unused}${'b = 1\n'.repeat(9)}${unused.trimEnd()}`;
    await write('a.py', before);
    const { code, stdout, stderr } = await run('--diff');
    assert.equal(code, 1);
    assert.equal(stderr, 'Would fix 2 findings in 1 file.\n');
    assert.equal(String(await bytes('a.py')), before);
    assert.match(stdout, /^--- a\.py\n\+\+\+ a\.py\n@@ -7,7 \+7,7 @@\n a = 1\n/);
    const patch = spawnSync('git', ['apply', '-p0', '-'], { cwd: folder, input: stdout, encoding: 'utf8' });
    assert.equal(patch.status, 0, patch.stderr);
    await run('--fix', '--no-cache');
    assert.equal(String(await bytes('a.py')), before.replaceAll(unused.trimEnd(), 'x = 1'));
  });

  it('prints standard input fixed, and writes nothing', async () => {
    await write('a.py', unused);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [cli, 'lint', '-', '--fix', '--stdin-filename', 'a.py'],
      { cwd: folder, input: unused + search, encoding: 'utf8' },
    );
    assert.deepEqual([status, stdout, stderr], [1, `x = 1\n${search}`, 'Fixed 1 finding in 1 file.\n']);
    assert.equal(String(await bytes('a.py')), unused);
  });

  it('does not mix standard input with files', async () => {
    const { code, stderr } = await run('-', 'a.py', '--fix');
    assert.equal(code, 2);
    assert.equal(
      stderr,
      'green-ml: --fix prints standard input fixed, so no files can be named beside "-"; fix them in a call of their own.\n',
    );
    assert.match((await run('-', '--diff')).stderr, /--diff needs files; for standard input, --fix prints/);
  });
});
