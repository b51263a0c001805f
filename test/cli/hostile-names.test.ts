import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Journal } from '../../src/runs/journal/journal';
import { headerOf, intervalOf } from '../runs/support';
import { skip } from '../support/skip';
import { greenMl, type CliResult } from './support';

const search = 'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n';

/** Names that would command a terminal, or the log of a job. */
const names = {
  workflow: 'a\n::error file=x.py::gotcha\n',
  'at the beginning': '::error file=x.py::gotcha',
  azure: 'b\n##vso[task.setvariable variable=x]gotcha\n',
  colour: 'c\u001b[31mgotcha\u001b[2J',
  link: 'd\u001b]8;;http:gotcha\u0007text\u001b]8;;\u0007',
  'one byte': 'e\u009b2Jgotcha',
  direction: 'f\u202eyp.gotcha',
  lines: 'g\u2028gotcha\u0085gotcha',
  carriage: 'h\rgotcha',
};

/** What a terminal or a service would act upon; `gotcha` at the beginning of a line is a line that we did not write. */
function assertHarmless({ stdout, stderr }: CliResult, what: string): void {
  for (const text of [stdout, stderr]) {
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/, what);
    for (const line of text.split('\n')) {
      assert.doesNotMatch(line, /^\s*(::error|gotcha)|##(\[|vso\[)/, what);
    }
  }
}

describe('names that would command a terminal', function () {
  // Each call starts a process, on a machine that may be busy.
  this.timeout(120_000);
  let folder: string;

  before(function () {
    if (process.platform === 'win32') skip(this, 'Windows allows no such names of files');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-names-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const call = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CliResult> =>
    greenMl(
      args,
      { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state'), ...env },
      join(folder, 'project'),
    );

  it('are shown by the linter, whatever the format', async () => {
    await mkdir(join(folder, 'project'));
    for (const name of Object.values(names)) await writeFile(join(folder, 'project', `${name}.py`), search);
    await writeFile(join(folder, 'project', `${names.workflow}broken.ipynb`), 'no JSON');
    await writeFile(join(folder, 'project', `${names.colour}fix.py`), 'x = 1  # green-ml: ignore[grid-search] why\n');
    for (const args of [
      ['lint'],
      ['lint', '--statistics'],
      ['lint', '--fix'],
      ['lint', `${names.workflow}missing.py`],
      ['practices'],
      ['practices', '--format', 'markdown'],
    ]) {
      assertHarmless(await call(args), args.join(' '));
    }
    const json = await call(['lint', '--format', 'json']);
    assertHarmless(json, 'JSON');
    const { findings } = JSON.parse(json.stdout) as { findings: readonly { path: string }[] };
    const found = new Set(findings.map(({ path }) => path));
    for (const name of Object.values(names))
      assert.ok(found.has(`${name}.py`), `JSON names ${JSON.stringify(name)} as it is`);
    const github = await call(['lint', '--format', 'github']);
    const commands = github.stdout.split('\n').filter((line) => line.startsWith('::'));
    assert.equal(commands.length, findings.length + 1, github.stdout);
    for (const command of commands) assert.match(command, /^::(warning|notice|error) file=[^,:]+,/);
    assert.doesNotMatch(github.stdout, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e]|^gotcha/m);
  });

  it('stay one name in a difference that Git applies', async () => {
    const name = 'we\t"ird\\\u001b\n.py';
    await mkdir(join(folder, 'project'));
    await writeFile(join(folder, 'project', name), 'x = 1  # green-ml: ignore[grid-search] why\n\u000cy = 2\n');
    const { stdout } = await call(['lint', '--diff']);
    assert.equal(stdout.split('\n').filter((line) => line.startsWith('---') || line.startsWith('+++')).length, 2);
    execFileSync('git', ['apply', '-p0'], { cwd: join(folder, 'project'), input: stdout });
    const after = await call(['lint', '--diff']);
    assert.equal(after.stdout, '');
  });

  it('are shown where they come from records, checklists, settings, options and devices', async () => {
    await mkdir(join(folder, 'project', '.green-ml'), { recursive: true });
    await mkdir(join(folder, 'bin'));
    const journal = new Journal(join(folder, 'state', 'green-ml'));
    for (const [index, name] of Object.values(names).entries()) {
      const writer = await journal.begin(`r${index}`);
      await writer.append({
        type: 'start',
        version: 1,
        ...headerOf({ id: `r${index}`, name, folder: join(folder, 'project'), notes: [name] }),
      });
      await writer.append({ type: 'sample', ...intervalOf({ at: 1000, joules: 3600, seconds: 1 }) });
      await writer.end({ type: 'end', at: 1000, exitCode: 0, meterCpuSeconds: 0.1 });
    }
    await writeFile(journal.path(`r9${names.workflow.replaceAll('/', '')}`), 'garbage');
    const all = Object.values(names).join(' ');
    for (const args of [
      ['runs', 'list'],
      ['runs', 'show', 'r0'],
      ['runs', 'show', 'r3'],
      ['runs', 'compare', 'r0', 'r3'],
      ['runs', 'report'],
      ['runs', 'statement'],
      ['runs', 'list', '--json'],
      ['runs', 'show', all],
      ['runs', 'delete', all],
    ]) {
      assertHarmless(await call(args), args.join(' '));
    }
    for (const name of Object.values(names)) {
      await writeFile(
        join(folder, 'project', '.green-ml', 'checklist.json'),
        JSON.stringify({ version: 1, practices: { P1: { notApplicable: name }, [name]: {} }, [name]: 1 }),
      );
      assertHarmless(await call(['practices']), `checklist of ${JSON.stringify(name)}`);
      await writeFile(
        join(folder, 'project', 'green-ml.toml'),
        `${JSON.stringify(name).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)} = 1\n`,
      );
      assertHarmless(await call(['lint']), `TOML key ${JSON.stringify(name)}`);
      await rm(join(folder, 'project', 'green-ml.toml'));
    }
    for (const args of [
      ['lint', '--select', all],
      ['lint', '--config', all],
      ['lint', '--format', all],
      ['estimate', '--hours', '1', '--device', all],
      ['estimate', '--hours', '1', '--watts', '5', '--units', '2', '--unit', all, '--location', 'DE'],
      ['estimate', '--hours', '1', '--watts', '5', '--location', all],
      ['regions', '--provider', all],
      ['regions', '--from', all],
      ['regions', '--within', all],
      ['when', '--location', all, '--hours', '1'],
      ['when', '--location', 'DE', '--hours', '1', '--deadline', all],
      ['sources', '--path.sysfs', all],
      ['runs', 'export', '--format', 'json', '--output', `${all}/x`],
      [all],
      ['runs', all],
      ['run', '--budget', all, '--', 'true'],
      ['run', '--name', all, '--', 'true'],
      ['run', '--', `${all}-missing`],
      ['run', '--json', `/missing/${all}`, '--', 'true'],
      ['practices', all],
    ])
      assertHarmless(await call(args), JSON.stringify(args));
    const device = join(folder, 'bin', 'nvidia-smi');
    const standIn = await readFile('test/fixtures/nvidia/nvidia-smi', 'utf8');
    await writeFile(device, standIn.replaceAll('NVIDIA GeForce RTX 3090', 'NVIDIA \\u001b[31m\\u202egotcha\\u009b2J'));
    await chmod(device, 0o755);
    assertHarmless(
      await call(['sources'], { PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` }),
      'sources',
    );
  });
});
