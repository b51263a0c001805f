import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Journal } from '../../src/runs/journal/journal';
import { formatLine } from '../../src/runs/journal/journal-lines';
import { teamJournals } from '../../src/runs/team/journals';
import { stateNow } from '../../src/system/file-state';
import { headerOf, intervalOf } from '../runs/support';
import { skip } from '../support/skip';
import { greenMl, type CliResult } from './support';

interface Team {
  readonly version: number;
  readonly total: { readonly runs: number; readonly energyWh: { readonly total: number } };
  readonly people: readonly {
    readonly name: string;
    readonly runs: number;
    readonly failed: { readonly runs: number };
  }[];
  readonly weeks: readonly { readonly name: string; readonly runs: number }[];
  readonly programs: readonly { readonly name: string }[];
  readonly unreadFiles: number;
  readonly peopleWithoutRuns: number;
  readonly runsWithoutEnergy: number;
}

describe('cli/team-report', function () {
  this.timeout(60_000);
  let team: string;
  beforeEach(async () => {
    team = await mkdtemp(join(tmpdir(), 'green-ml-team-'));
  });
  afterEach(() => rm(team, { recursive: true, force: true }));

  const report = (...args: string[]): Promise<CliResult> =>
    greenMl(['runs', 'report', '--team', team, ...args], { XDG_STATE_HOME: join(team, 'nobody') });
  const json = async (...args: string[]): Promise<Team> => {
    const { code, stdout, stderr } = await report('--format', 'json', ...args);
    assert.deepEqual([code, stderr], [0, '']);
    return JSON.parse(stdout) as Team;
  };

  /** A run of an hour: 1 kWh by default, and null for one whose energy is unknown. */
  async function record(
    state: string,
    id: string,
    {
      day = 0,
      exitCode = 0,
      joules = 3_600_000,
      name = 'secret-program.py',
    }: { day?: number; exitCode?: number; joules?: number | null; name?: string } = {},
  ): Promise<void> {
    const start = 1_790_000_000_000 + day * 86_400_000;
    const journal = new Journal(join(team, state));
    const header = headerOf({
      id,
      name,
      startedAt: start,
      command: ['python3', 'secret-command.py'],
      folder: '/home/secret-folder',
      git: { commit: 'secret', dirty: false },
      hardware: { id: state, cpu: null, cpuCount: null, memoryGigabytes: null },
    });
    const writer = await journal.begin(id);
    await writer.append({ type: 'start', version: 1, ...header });
    if (joules !== null)
      await writer.append({ type: 'sample', ...intervalOf({ at: start + 3_600_000, joules, seconds: 3600 }) });
    await writer.end({ type: 'end', at: start + 3_600_000, exitCode, meterCpuSeconds: 0 });
  }

  /** All files below the folder with their sizes and times. */
  async function snapshot(): Promise<readonly string[]> {
    const names = (await readdir(team, { recursive: true })).sort();
    return Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(team, name));
        return `${name} ${size} ${mtimeMs}`;
      }),
    );
  }

  it('counts a run once that is in the journals of several people', async () => {
    await record('ada/green-ml', '20260921T000000Z-00a001');
    await record('root/green-ml', '20260921T000000Z-00a001');
    await record('root/green-ml', '20260921T000000Z-00a002', { name: 'n'.repeat(1e6) });
    await writeFile(join(team, 'root/green-ml/share-names'), '');
    await symlink('ada', join(team, 'link'));
    const { people, total, programs } = await json();
    assert.deepEqual([total.runs, total.energyWh.total], [2, 2000]);
    assert.deepEqual(people.map(({ name, runs }) => `${name} ${runs}`).sort(), ['ada 1', 'root 1']);
    assert.deepEqual(
      programs.map(({ name }) => name.length),
      [200],
    );
    const { stdout } = await report();
    assert.match(stdout, /2 runs are in the journals of several people and count once, for the first of them by name/);
    assert.doesNotMatch(stdout, /no run that has ended/);
  });

  it('begins sentences with a capital', async () => {
    await record('ada/green-ml', 'a1');
    await mkdir(join(team, 'new', 'green-ml', 'runs'), { recursive: true });
    const { stdout } = await report();
    assert.match(stdout, /^One run of one person used/m);
    assert.match(stdout, /^- One journal has no run that has ended/m);
  });

  it('names folders that their owners keep closed', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has no such modes');
    await record('ada/green-ml', 'a1');
    await record('eve/.local/state/green-ml', 'e1');
    await mkdir(join(team, 'empty'));
    await chmod(join(team, 'eve', '.local'), 0o000);
    const own = await teamJournals(team, {
      list: async (folder) => {
        // Root may read everything; others may not.
        if (folder.startsWith(join(team, 'eve', '.local')))
          throw Object.assign(new Error('closed'), { code: 'EACCES' });
        return readdir(folder);
      },
      readText: () => assert.fail('only folders are read'),
      stateNow: (path) => (path.startsWith(join(team, 'eve')) ? null : stateNow(path)),
    });
    await chmod(join(team, 'eve', '.local'), 0o700);
    assert.deepEqual(
      [own.journals.map(({ person }) => person), own.problems],
      [['ada'], [`${join(team, 'eve')} cannot be read (EACCES).`]],
    );
    const { code, stderr } = await greenMl(['runs', 'report', '--team', join(team, 'nowhere')], {});
    assert.deepEqual([code, /\(ENOENT\)\); give a folder/.test(stderr)], [2, true], stderr);
  });

  it('adds up the journals of people wherever they keep them, and writes nothing', async () => {
    await record('ada/green-ml', 'a1');
    await record('ada/green-ml', 'a2', { day: 7, exitCode: 1 });
    await record('bob/.local/state/green-ml', 'b1', { joules: 7_200_000 });
    await record('eve', 'c1', { joules: 360_000 });
    await mkdir(join(team, 'new', 'green-ml', 'runs'), { recursive: true });
    await mkdir(join(team, 'other', 'things'), { recursive: true });
    const before = await snapshot();
    const { version, total, people, weeks, peopleWithoutRuns, runsWithoutEnergy } = await json();
    assert.deepEqual([version, total.runs, Math.round(total.energyWh.total)], [1, 4, 4100]);
    assert.deepEqual(
      people.map(({ name, runs, failed }) => [name, runs, failed.runs]),
      [
        ['ada', 2, 1],
        ['bob', 1, 0],
        ['eve', 1, 0],
      ],
    );
    assert.deepEqual([weeks.map(({ runs }) => runs), peopleWithoutRuns, runsWithoutEnergy], [[3, 1], 1, 0]);
    assert.deepEqual(await snapshot(), before);
    const { stdout } = await greenMl(['runs', 'report', '--format', 'json', '--team', join(team, '[ab]*')]);
    assert.deepEqual(
      (JSON.parse(stdout) as Team).people.map(({ name }) => name),
      ['ada', 'bob'],
    );
  });

  it('shows nothing that is private, and names of programs only of those who say so', async () => {
    await record('ada/green-ml', 'a1');
    await record('bob/green-ml', 'b1', { name: 'public.py' });
    for (const format of ['markdown', 'html', 'json']) {
      const { stdout } = await report('--format', format);
      assert.doesNotMatch(stdout, /secret|public\.py/, format);
      assert.match(stdout, /ada/);
    }
    await writeFile(join(team, 'bob', 'green-ml', 'share-names'), '');
    assert.deepEqual(
      (await json()).programs.map(({ name }) => name),
      ['public.py'],
    );
    assert.doesNotMatch((await report('--format', 'html')).stdout, /secret/);
    const { stdout } = await report('--pseudonyms', '--title', 'Group');
    assert.match(stdout, /person 1/);
    assert.doesNotMatch(stdout, /ada|bob/);
  });

  it('fits into little memory, whatever the number of people and the length of their runs', async () => {
    const start = 1_790_000_000_000;
    const interval = formatLine({ type: 'sample', ...intervalOf({ at: start + 1000, joules: 1000, seconds: 1 }) });
    const samples = interval.repeat(Math.ceil(800_000 / interval.length));
    const people = 30;
    for (let person = 0; person < people; person += 1) {
      const id = `20260921T00000${person % 10}Z-${String(person).padStart(6, '0')}`;
      const runs = join(team, `person-${person}`, 'green-ml', 'runs');
      await mkdir(runs, { recursive: true });
      const header = formatLine({ type: 'start', version: 1, ...headerOf({ id, startedAt: start }) });
      const end = formatLine({ type: 'end', at: start + 1000, exitCode: 0, meterCpuSeconds: 0 });
      await writeFile(join(runs, `${id}.jsonl`), `${header}${samples}${end}`);
    }
    // All of them together have 24 MB of text, and several times as much in memory.
    const { code, stdout, stderr } = await greenMl(['runs', 'report', '--team', team, '--format', 'json'], {
      XDG_STATE_HOME: join(team, 'nobody'),
      NODE_OPTIONS: '--max-old-space-size=20',
    });
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as Team).total.runs, people);
  });

  it('says that the energy of some runs is unknown', async () => {
    await record('ada/green-ml', 'a1');
    await record('bob/green-ml', 'b1', { joules: null });
    const { total, runsWithoutEnergy } = await json();
    assert.deepEqual([total.runs, Math.round(total.energyWh.total), runsWithoutEnergy], [2, 1000, 1]);
    assert.match((await report()).stdout, /The energy of 1 of 2 runs is not known, so they are not in any figure\./);
  });

  it('says what it cannot read, and reads the rest', async () => {
    await record('ada/green-ml', 'a1');
    const runs = join(team, 'ada', 'green-ml', 'runs');
    await writeFile(join(runs, 'broken.jsonl'), '{"type":"start","version":1,"id":\nnothing\n');
    await writeFile(join(runs, 'foreign.jsonl'), Buffer.from([0, 255, 254, 1, 10, 3]));
    await writeFile(join(runs, 'huge.jsonl'), '');
    await truncate(join(runs, 'huge.jsonl'), 3_000_000_000);
    await mkdir(join(runs, 'folder.jsonl'));
    if (process.platform === 'linux') execFileSync('mkfifo', [join(runs, 'pipe.jsonl')]);
    await writeFile(join(runs, 'notes.txt'), 'mine');
    const { total, unreadFiles } = await json();
    assert.deepEqual([total.runs, unreadFiles], [1, process.platform === 'linux' ? 5 : 4]);
    assert.match((await report()).stdout, /files could not be read as runs and are left out/);
  });

  it('says in one sentence what is wrong', async () => {
    const say = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await greenMl(['runs', 'report', ...args]);
      assert.deepEqual([code, stdout, stderr.trim().split('\n').length], [2, '', 1]);
      return stderr;
    };
    assert.match(await say('--team', join(dirname(team), 'no-such-folder')), /no journals were found/);
    assert.match(await say('--team', team), /no journals were found/);
    assert.match(await say('--team', ''), /a path is empty/);
    assert.match(await say('x', '--team', team), /either ids of runs or --team/);
    assert.match(await say('--team', team, '--all'), /cannot be used with/);
    assert.match(await say('--format', 'json', '--all'), /--format json is for the report of a team/);
  });
});
