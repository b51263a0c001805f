import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../src/processes/alive';
import { LinuxProcessTable } from '../../src/processes/linux';
import { systemFiles } from '../../src/system/files';
import { skip } from '../support/skip';
import { cli } from './support';

interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A process that a command started, and one that it started in another session, wait for ever. */
const waiting = (file: string): string[] => [
  'python3',
  '-c',
  `import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
open(sys.argv[1] + ".part", "w").write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(600)`,
  file,
];

describe('cli/mcp with a hostile client', function () {
  this.timeout(180_000);
  let root: string;
  let client: Client;
  let transport: StdioClientTransport;
  /** What came on standard output and was no message. */
  const faults: Error[] = [];

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'green-ml-hostile-')));
    const grids = [1, 2, 3].map((index) => `GridSearchCV(SVC(), {"C": [1, 2, 3, 4, 5, ${index}, 9]}, cv=5).fit(x)\n`);
    await writeFile(
      join(root, 'a.py'),
      `from sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\n${grids.join('')}`,
    );
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, XDG_STATE_HOME: join(root, 'state'), XDG_CACHE_HOME: join(root, 'cache') };
    const args = [cli, 'mcp', '--folder', root, '--client-confirms'];
    client = new Client({ name: 'test', version: '1' });
    client.onerror = (error) => faults.push(error);
    transport = new StdioClientTransport({ command: process.execPath, args, env, cwd: root, stderr: 'ignore' });
    await client.connect(transport);
  });
  after(async () => {
    await client.close();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  });
  afterEach(() => assert.deepEqual(faults, []));

  async function call(name: string, input: Record<string, unknown>, signal?: AbortSignal): Promise<Answer> {
    const { content, structuredContent, isError } = await client.callTool(
      { name, arguments: input },
      signal === undefined ? {} : { signal },
    );
    const [block] = content;
    assert.ok(block?.type === 'text' && content.length === 1);
    return { isError: isError === true, text: block.text, content: { ...(structuredContent as object) } };
  }

  /** One clear sentence, short, without what was given at length and without a place in the code. */
  function requireSentence({ isError, text }: Answer, about: string): void {
    assert.ok(isError, about);
    assert.match(text, /^(?:[A-Z]|[a-z_.0-9]+ )[^\n]{10,800}\.$/, about);
    assert.doesNotMatch(text, /\bat .*:\d+:\d+|Error:|undefined|\[object|defect|report it/, about);
    assert.ok(!text.includes(root), text);
  }

  const pidsIn = async (file: string): Promise<readonly number[]> => {
    for (;;) {
      const text = await readFile(file, 'utf8').catch(() => '');
      if (text !== '') return text.split(' ').map(Number);
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const allEnded = async (pids: readonly number[]): Promise<void> => {
    // Mocha's timeout ends the wait.
    while (pids.some((pid) => isRunning(pid))) await new Promise((done) => setTimeout(done, 50));
  };

  it('compares no runs with huge, strange and absent ids, and says why', async () => {
    const huge = 'x'.repeat(1_000_000);
    const ids: readonly unknown[] = [
      [huge],
      [`a\n${huge}`],
      Array.from({ length: 50_000 }, (_, index) => `id-${index}`),
      huge,
      ['../../etc/passwd'],
      ['--json'],
      ['-x'],
      ['$(id)'],
      ['a,b'],
      ['\u0000'],
      ['\ud800'],
      [''],
      [],
      [1],
      [null],
      [[['a']]],
      [{ toString: 'a' }],
      {},
      null,
      true,
      ['absent'],
    ];
    for (const before of ids)
      for (const after of [before, ['absent']]) {
        const answer = await call('compare_runs', { before, after });
        requireSentence(answer, JSON.stringify([before, after]).slice(0, 100));
      }
    const answer = await call('compare_runs', { before: ['a'], after: ['b'], [huge]: huge });
    requireSentence(answer, 'a huge name');
  });

  it('takes offsets that are there, and says what is wrong with others', async () => {
    const bad: readonly unknown[] = [-1, -0.5, 1.5, 1e7, 1e308, '5', '', 'NaN', [1], {}, true];
    for (const offset of bad)
      for (const [name, input] of [
        ['lint_ml_code', { path: 'a.py' }],
        ['recommend_region', { provider: 'aws' }],
      ] as const) {
        const answer = await call(name, { ...input, offset });
        requireSentence(answer, `${name} ${JSON.stringify(offset)}`);
        assert.match(answer.text, /^offset cannot be /);
      }
    // JSON has no NaN and no Infinity: clients send null, which is as if it were absent.
    for (const offset of [NaN, Infinity, null, 0, -0]) {
      const { content } = await call('lint_ml_code', { path: 'a.py', offset });
      assert.deepEqual([content['total'], (content['findings'] as unknown[]).length], [3, 3], String(offset));
    }
    for (const offset of [3, 4, 1_000_000]) {
      const { content } = await call('lint_ml_code', { path: 'a.py', offset });
      assert.deepEqual(
        [content['total'], (content['findings'] as unknown[]).length, 'nextOffset' in content],
        [3, 0, false],
        String(offset),
      );
    }
  });

  it('answers five of ten calls at once while the other five are cancelled, and leaves nothing running', async function () {
    if (process.platform === 'win32') skip(this, 'sessions of POSIX');
    const cancel = new AbortController();
    const files = Array.from({ length: 5 }, (_, index) => join(root, `at-once-${index}`));
    const cancelled: Promise<unknown>[] = [];
    const answered: Promise<Answer>[] = [];
    for (const [index, file] of files.entries()) {
      const pending = call('measure_command', { command: waiting(file) }, cancel.signal);
      cancelled.push(assert.rejects(pending));
      answered.push(call('estimate_training', { hours: index + 1, watts: 1000, pue: 1 }));
    }
    const pids = await pidsIn(files[0] ?? '');
    cancel.abort();
    await Promise.all(cancelled);
    const energies = (await Promise.all(answered)).map(({ content }) => content['energyKWh']);
    assert.deepEqual(energies, [1, 2, 3, 4, 5]);
    const others = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
    await allEnded([...pids, ...others.flatMap((text) => (text === '' ? [] : text.split(' ').map(Number)))]);
    assert.equal((await call('explain_rule', { rule: 'grid-search' })).isError, false);
  });

  for (const who of ['the meter', 'the command'] as const)
    it(`says so when somebody kills ${who}, and leaves nothing running`, async function () {
      if (process.platform !== 'linux') skip(this, 'reads /proc');
      const file = join(root, `killed-${who.replace(' ', '-')}`);
      const pending = call('measure_command', { command: waiting(file), time_limit_seconds: 3600 });
      const pids = await pidsIn(file);
      const [command = 0] = pids;
      const { processes } = await new LinuxProcessTable(systemFiles).snapshot(new Set());
      const meter = processes.get(command)?.parentPid ?? 0;
      assert.ok(command > 1 && meter > 1 && meter !== transport.pid && meter !== process.pid);
      for (const pid of who === 'the meter' ? [meter] : pids) process.kill(pid, 'SIGKILL');
      const answer = await pending;
      if (who === 'the meter') {
        requireSentence(answer, answer.text);
        assert.match(answer.text, /^The meter was ended from outside \(SIGKILL\).*measure it once more\.$/);
      } else {
        assert.equal(answer.isError, false, answer.text);
        const [run] = answer.content['runs'] as readonly { readonly exitCode: number }[];
        assert.equal(run?.exitCode, 128 + 9);
      }
      await allEnded([meter, ...pids]);
      assert.equal((await call('list_runs', {})).isError, false);
    });

  it('answers when the command has ended, and ends the services that it left behind', async function () {
    if (process.platform === 'win32') skip(this, 'sessions of POSIX');
    const file = join(root, 'services');
    const program = `import os, subprocess, sys
near = subprocess.Popen(["sleep", "600"])
null = subprocess.DEVNULL
far = subprocess.Popen(["sleep", "600"], start_new_session=True, stdin=null, stdout=null, stderr=null)
deaf = subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 600; sleep 600"])
open(sys.argv[1], "w").write(f"{near.pid} {far.pid} {deaf.pid}")
print("accuracy: 0.5")`;
    const { isError, content, text } = await call('measure_command', { command: ['python3', '-c', program, file] });
    assert.equal(isError, false, text);
    const [run] = content['runs'] as readonly { readonly exitCode: number }[];
    assert.deepEqual([run?.exitCode, content['stopped'], content['output']], [0, undefined, 'accuracy: 0.5']);
    const pids = await pidsIn(file);
    const [said = ''] = content['meterSays'] as readonly string[];
    assert.match(said, /^The command has ended, but .*sleep \(\d+\).* were still running, so they were ended too: /);
    for (const pid of pids) assert.ok(said.includes(`(${pid})`) || / and \d more/.test(said), said);
    assert.ok(!JSON.stringify(content['notes'] ?? []).includes('still running'), text);
    await allEnded(pids);
  });

  it('ends with all that runs and waits when the client disappears', async function () {
    if (process.platform === 'win32') skip(this, 'sessions of POSIX');
    const server = transport.pid ?? 0;
    const files = Array.from({ length: 6 }, (_, index) => join(root, `gone-${index}`));
    const calls = files.map((file) => call('measure_command', { command: waiting(file), repeat: 3 }));
    const lost = Promise.allSettled(calls);
    const pids = (await Promise.all(files.slice(0, 3).map(pidsIn))).flat();
    await client.close();
    assert.ok((await lost).every(({ status }) => status === 'rejected'));
    await allEnded([server, ...pids]);
    // Those that waited for their turn did not begin.
    for (const file of files.slice(3)) await assert.rejects(readFile(file), file);
  });
});
