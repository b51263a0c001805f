import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../src/runs/journal/journal';
import type { RunRecord } from '../../src/runs/record';
import { headerOf, intervalOf } from '../runs/support';
import { skip } from '../support/skip';
import { greenMl, type CliResult } from './support';

describe('cli/runs', function () {
  this.timeout(60_000);
  let folder: string;
  let journal: Journal;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-runs-'));
    journal = new Journal(join(folder, 'green-ml'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const call = (...args: string[]): Promise<CliResult> =>
    greenMl(['runs', ...args], { XDG_STATE_HOME: folder }, folder);

  async function record(
    id: string,
    changes: Parameters<typeof headerOf>[0] = {},
    joules = 3600,
    seconds = 1,
  ): Promise<void> {
    const writer = await journal.begin(id);
    await writer.append({ type: 'start', version: 1, ...headerOf({ id, ...changes }) });
    await writer.append({ type: 'sample', ...intervalOf({ at: seconds * 1000, joules, seconds }) });
    await writer.end({ type: 'end', at: seconds * 1000, exitCode: 0, meterCpuSeconds: 0.1 });
  }

  it('exports all runs, to a file written at once or to standard output', async () => {
    await record('a');
    await record('b');
    const csv = await call('export', '--format', 'codecarbon');
    assert.equal(csv.code, 0, csv.stderr);
    assert.equal(csv.stdout.split('\n').length, 4);
    assert.match(csv.stdout, /^timestamp,project_name,run_id,/);
    const json = await call('export', '--format', 'json', '--output', 'runs.json');
    assert.deepEqual([json.code, json.stdout], [0, '']);
    const { version, runs } = JSON.parse(await readFile(join(folder, 'runs.json'), 'utf8')) as {
      version: number;
      runs: RunRecord[];
    };
    assert.deepEqual([version, runs.map(({ id }) => id)], [1, ['a', 'b']]);
    assert.deepEqual((await readdir(folder)).sort(), ['green-ml', 'runs.json']);
  });

  it('shows a run as text, without the marks of a table that nobody draws', async () => {
    await record('a', { name: 'train | *x*.py' });
    const { stdout } = await call('show', 'a');
    assert.match(stdout, /^ +this run +machine\nEnergy +1 Wh +2 Wh\nCPU +1 Wh +2 Wh\n/m);
    assert.doesNotMatch(stdout.split('\n').slice(1).join('\n'), /\||\*\*|:--/);
  });

  describe('with an output that is no plain file', () => {
    before(function () {
      if (process.platform === 'win32') skip(this, 'Windows has other devices, and links only for some people');
    });

    const commands: readonly (readonly string[])[] = [
      ['export', '--format', 'json'],
      ['export', '--format', 'codecarbon'],
      ['report', '--all', '--format', 'html'],
      ['statement', '--all'],
    ];

    it('leaves a device a device', async function () {
      const device = join(folder, 'null');
      if (spawnSync('mknod', [device, 'c', '1', '3']).status !== 0)
        skip(this, 'only root may make a device, and so replace one');
      await rm(device);
      await record('a');
      for (const command of commands) {
        execFileSync('mknod', [device, 'c', '1', '3']);
        assert.deepEqual(await call(...command, '--output', device), { code: 0, stdout: '', stderr: '' });
        assert.ok((await lstat(device)).isCharacterDevice(), command.join(' '));
        await rm(device);
      }
    });

    it('prints to standard output by its names', async () => {
      await record('a');
      for (const command of commands) {
        for (const name of ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
          const named = await call(...command, '--output', name);
          assert.deepEqual([named.code, named.stderr], [0, '']);
          assert.ok(named.stdout.length > 100, `${command.join(' ')} --output ${name}`);
        }
      }
      assert.deepEqual(await readdir(folder), ['green-ml']);
    });

    it('keeps links and permissions', async () => {
      await record('a');
      await writeFile(join(folder, 'kept.json'), 'old', { mode: 0o600 });
      await symlink('kept.json', join(folder, 'latest.json'));
      for (const command of commands) assert.equal((await call(...command, '--output', 'latest.json')).code, 0);
      assert.equal(await readlink(join(folder, 'latest.json')), 'kept.json');
      assert.equal((await stat(join(folder, 'kept.json'))).mode & 0o777, 0o600);
      assert.match(await readFile(join(folder, 'kept.json'), 'utf8'), /kWh|Wh/);
    });
  });

  it('says in one sentence what is wrong with an export', async () => {
    const nowhere = await call('export', '--format', 'json', '--output', 'missing/runs.json');
    assert.equal(nowhere.code, 2);
    assert.match(
      nowhere.stderr,
      /^green-ml: cannot write .*runs\.json \(ENOENT\); give a writable file with --output\.\n$/,
    );
    assert.match(
      (await call('export', '--format', 'json', '--output', '.')).stderr,
      /^green-ml: .* is a folder; give a file with --output\.\n$/,
    );
    assert.equal((await call('export')).code, 2);
    assert.equal((await call('export', '--format', 'xlsx')).code, 2);
  });

  it('deletes one run by the beginning of its id, a damaged one too, but none that goes on', async () => {
    await record('20260101-aa');
    await record('20260102-bb');
    await writeFile(journal.path('20260103-cc'), 'garbage');
    const writer = await journal.begin('20260104-dd');
    await writer.append({ type: 'start', version: 1, ...headerOf({ id: '20260104-dd' }) });
    await writer.close();
    assert.equal((await call('delete', '2026')).code, 2);
    assert.equal((await call('delete', 'x')).code, 2);
    assert.match(
      (await call('delete', '20260104')).stderr,
      /^green-ml: 20260104-dd is still in progress; end it before you delete its record\.\n$/,
    );
    assert.equal((await call('delete', '20260101')).stdout, 'Deleted the record of 20260101-aa.\n');
    assert.equal((await call('delete', '20260103-cc')).code, 0);
    assert.deepEqual(await journal.ids(), ['20260102-bb', '20260104-dd']);
  });

  it('writes a statement for a paper about the runs of this folder, of some, or of all', async () => {
    await record('aa', { folder });
    await record('bb', { folder: join(folder, 'below') });
    await record('cc', { folder: '/elsewhere' });
    assert.match((await call('statement')).stdout, /^\*\*Energy and emissions\.\*\* 2 runs /);
    assert.match(
      (await call('statement', '--format', 'latex', 'cc')).stdout,
      /^\\paragraph\{Energy and emissions\.\} One run of 1\\,s/,
    );
    assert.match((await call('statement', '--all')).stdout, / 3 runs /);
    const nothing = await call('statement', '--folder', 'empty');
    assert.deepEqual([nothing.code, nothing.stdout], [2, '']);
    assert.match(
      nothing.stderr,
      /^green-ml: no runs have been recorded in .*empty; choose another folder with --folder, or all runs with --all\.\n$/,
    );
    assert.equal((await call('statement', 'aa', '--all')).code, 2);
    assert.equal((await call('statement', '--all', '--folder', '.')).code, 2);
  });

  it('writes a report in the form that the name of the file says', async () => {
    await record('aa', { folder, name: 'one.py' });
    await record('bb', { folder, name: 'two.py' }, 7200);
    const markdown = await call('report', '--title', 'Digits');
    assert.equal(markdown.code, 0, markdown.stderr);
    assert.match(markdown.stdout, /^# Digits: energy and emissions\n/);
    assert.equal((await call('report', '--output', 'report.html')).code, 0);
    assert.match(
      await readFile(join(folder, 'report.html'), 'utf8'),
      /^<!DOCTYPE html>[\s\S]*<ol class="bars"[\s\S]*<h2>Practices<[\s\S]*<\/html>\n$/,
    );
    assert.match((await call('report', '--embodied-kg', '100')).stderr, /^green-ml: --embodied-kg needs --units/);
    assert.match((await call('report', '--units', '2', '--embodied-kg', '100')).stderr, /--lifespan-hours/);
    assert.match(
      (await call('report', '--units', '2', '--unit', 'epoch')).stdout,
      /There is no SCI score, since the emissions of these runs are not known/,
    );
  });

  it('reports the practices of a folder, not of all runs, and is written without them if they cannot be read', async () => {
    await record('aa', { folder, name: 'one.py' });
    assert.match((await call('report')).stdout, /\n## Green ML practices\n/);
    for (const args of [['--no-practices'], ['--all'], ['aa']])
      assert.doesNotMatch((await call('report', ...args)).stdout, /practices/, args.join());
    await mkdir(join(folder, '.green-ml'));
    await writeFile(join(folder, '.green-ml', 'checklist.json'), 'oops');
    const broken = await call('report');
    assert.equal(broken.code, 0);
    assert.doesNotMatch(broken.stdout, /practices/);
    assert.match(broken.stderr, /^green-ml: the report has no practices: \.green-ml\/checklist\.json .*not valid JSON/);
  });

  it('compares two runs', async () => {
    await record('a', { name: 'one' }, 3600, 100);
    await record('b', { name: 'four' }, 7200, 50);
    const { code, stdout } = await call('compare', 'a', 'b');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /Against one, four took 50 % less time and used 2 times the energy\.\nFaster did not mean less energy/,
    );
    const json = JSON.parse((await call('compare', 'a', 'b', '--json')).stdout) as Record<string, unknown>;
    assert.deepEqual([json['version'], json['fasterWithoutSaving']], [1, true]);
    assert.equal((await call('compare', 'a')).code, 2);
    assert.match((await call('compare', 'a', 'x')).stderr, /there is no run "x"/);
  });
});
