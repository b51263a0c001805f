import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from '../support/skip';
import { cli } from './support';

type Message = Readonly<Record<string, unknown>>;

interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly content: Message;
}

const hello = {
  ...{ jsonrpc: '2.0', id: 'hello', method: 'initialize' },
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** A server and a client that writes its bytes by hand. */
class Connection {
  readonly lines: string[] = [];
  stderr = '';
  private id = 0;

  private constructor(readonly child: ChildProcess) {
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
    child.stderr?.on('data', (chunk) => (this.stderr += String(chunk)));
    child.stdout?.setMaxListeners(0);
  }

  static async open(root: string, project: string): Promise<Connection> {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, XDG_STATE_HOME: join(root, 'state'), XDG_CACHE_HOME: join(root, 'cache') };
    const connection = new Connection(
      spawn(process.execPath, [cli, 'mcp', '--folder', project, '--client-confirms'], { env, stdio: 'pipe' }),
    );
    connection.write(`${JSON.stringify(hello)}\n`);
    await connection.answerTo('hello');
    connection.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    return connection;
  }

  write(bytes: string | Buffer): void {
    this.child.stdin?.write(bytes);
  }

  /** Mocha's timeout ends the wait. */
  async answerTo(id: unknown): Promise<Message> {
    for (let read = 0; ; ) {
      for (; read < this.lines.length; read++) {
        const message = JSON.parse(this.lines[read] ?? '') as Message;
        if (message['id'] === id && ('result' in message || 'error' in message)) return message;
      }
      assert.equal(this.child.exitCode, null, 'the server goes on');
      if (this.child.stdout !== null) await once(this.child.stdout, 'data');
    }
  }

  async call(name: string, input: object): Promise<Answer> {
    const id = ++this.id;
    const params = { name, arguments: input };
    this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })}\n`);
    return answerOf(await this.answerTo(id));
  }

  /** Ends it as clients do. */
  async close(): Promise<unknown> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    return (await ended)[0];
  }
}

function answerOf({ result, error }: Message): Answer {
  assert.equal(error, undefined);
  const { content, isError, structuredContent } = result as {
    readonly content: readonly { readonly text: string }[];
    readonly isError?: boolean;
    readonly structuredContent?: Message;
  };
  return { isError: isError === true, text: content[0]?.text ?? '', content: structuredContent ?? {} };
}

const waste = 'from sklearn.svm import SVC\nSVC(probability=True)\n';

const search =
  'from sklearn.model_selection import GridSearchCV\nGridSearchCV(model, {"C": list(range(40))}, cv=5).fit(x)\n';

/** Deeper than any path may be long. */
const deepFolder = `
import os, sys
os.chdir(sys.argv[1])
for _ in range(100):
    os.mkdir("d" * 60)
    os.chdir("d" * 60)
`;

interface Evidence {
  readonly places?: readonly string[];
}

describe('cli/mcp at its limits', function () {
  this.timeout(180_000);
  let root: string;
  let project: string;
  let server: Connection;

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'green-ml-limits-')));
    project = join(root, 'project');
    await mkdir(project);
    await mkdir(join(root, 'outside'));
    await writeFile(join(project, 'a.py'), waste);
    await writeFile(join(root, 'outside', 'b.py'), waste);
    await writeFile(join(root, 'outside', 'broken.ipynb'), 'no notebook');
    server = await Connection.open(root, project);
  });
  after(async () => {
    assert.equal(await server.close(), 0);
    assert.equal(server.stderr, '');
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  });

  async function said(name: string, input: object): Promise<string> {
    const { isError, text } = await server.call(name, input);
    assert.ok(isError, text);
    assert.ok(!text.includes(root), text);
    return text;
  }

  it('answers a message that is too long, wherever its id is, and goes on', async () => {
    const params = { name: 'lint_ml_code', arguments: { text: 'x'.repeat(20_000_000) } };
    const tooLong = /^The message is longer than 8 MB, the limit; give a path instead of text, or less of it\.$/;
    const messages: readonly (readonly [id: unknown, message: object])[] = [
      ['first', { jsonrpc: '2.0', id: 'first', method: 'tools/call', params }],
      [90_001, { method: 'tools/call', params, jsonrpc: '2.0', id: 90_001 }],
      [null, { method: 'tools/call', id: 90_002, params, jsonrpc: '2.0' }],
    ];
    for (const [id, message] of messages) {
      server.write(`${JSON.stringify(message)}\n`);
      const { error } = await server.answerTo(id);
      assert.match(String((error as Message)['message']), tooLong);
    }
    assert.match(await said('lint_ml_code', { text: 'x'.repeat(7_000_000) }), /longer than 400 thousand characters/);
    assert.equal((await server.call('lint_ml_code', { text: waste })).content['total'], 1);
  });

  it('answers input that is nested without end with one sentence', async () => {
    const inputs = [
      `{"rules":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    ];
    for (const [index, input] of inputs.entries()) {
      const id = `deep-${index}`;
      server.write(
        `{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"lint_ml_code","arguments":${input}}}\n`,
      );
      const { isError, text } = answerOf(await server.answerTo(id));
      assert.ok(isError);
      assert.match(text, /^The input is nested too deeply; give the parameters of the tool as its schema says\.$/);
    }
  });

  it('goes on after bytes that are no text', async () => {
    const [start, end] = [
      '{"jsonrpc":"2.0","id":"bytes","method":"tools/call","params":{"name":"lint_ml_code","arguments":{"path":"',
      '"}}}\r\n',
    ];
    server.write(Buffer.from([0, 1, 2, 255, 254, 10, 13, 10, 239, 187, 191, 10]));
    server.write(Buffer.concat([Buffer.from(start), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from(end)]));
    assert.match(answerOf(await server.answerTo('bytes')).text, /^There is no ".+" in the project; give a path/);
  });

  it('reads nothing outside the project, no device and no pipe', async function () {
    if (process.platform === 'win32') skip(this, 'links, pipes and devices of POSIX');
    const folder = join(project, 'strange');
    await mkdir(folder);
    await symlink(join(root, 'outside'), join(folder, 'link'));
    await symlink(join(root, 'outside', 'b.py'), join(folder, 'link.py'));
    await symlink(join(root, 'outside', 'broken.ipynb'), join(folder, 'broken.ipynb'));
    await symlink('../a.py', join(folder, 'inner.py'));
    await symlink('/dev/zero', join(folder, 'zero.py'));
    await symlink('loop.py', join(folder, 'loop.py'));
    execFileSync('mkfifo', [join(folder, 'fifo.py')]);
    try {
      for (const path of ['..', 'strange/link', 'strange/link/b.py', 'strange/link.py', 'strange/zero.py', '/dev/zero'])
        assert.equal(
          await said('lint_ml_code', { path }),
          `"${path}" is outside the project; give a path inside its folder.`,
        );
      assert.match(await said('lint_ml_code', { path: 'a.py/../../outside/b.py' }), /is outside the project/);
      assert.match(await said('lint_ml_code', { path: 'strange/loop.py' }), /cannot be read \(ELOOP\); give another/);
      assert.match(
        await said('lint_ml_code', { path: 'strange/fifo.py' }),
        /^strange\/fifo\.py cannot be checked\. It is neither a file nor a folder\.$/,
      );
      assert.match(await said('measure_command', { command: 'pwd', folder: 'strange/link' }), /outside the project/);
      const { content } = await server.call('lint_ml_code', {});
      assert.deepEqual(
        [content['files'], content['path'], content['errors']],
        [
          2,
          undefined,
          ['strange/broken.ipynb', 'strange/link.py'].map((path) => ({
            path,
            message: 'It is a link to a file outside the project.',
          })),
        ],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names nothing outside the project as evidence of a practice', async function () {
    if (process.platform === 'win32') skip(this, 'links of POSIX');
    const folder = join(project, 'searches');
    await mkdir(folder);
    await writeFile(join(root, 'outside', 'search.py'), search);
    await writeFile(join(folder, 'own.py'), search);
    await symlink(join(root, 'outside', 'search.py'), join(folder, 'foreign.py'));
    await symlink('own.py', join(folder, 'same.py'));
    try {
      const { content } = await server.call('explain_practice', { practice: 'P16' });
      assert.deepEqual(
        (content['evidence'] as readonly Evidence[]).flatMap(({ places = [] }) => places),
        ['searches/own.py:2', 'searches/same.py:2'],
      );
      const { text } = await server.call('get_practices', {});
      assert.match(text, /searches\/own\.py:2/);
      assert.ok(!text.includes('foreign.py'), text);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('answers each of a thousand calls at once, or says that there are too many', async () => {
    const calls = Array.from({ length: 1000 }, (_, index) =>
      server.call('estimate_training', { hours: index + 1, watts: 1000, pue: 1 }),
    );
    let refused = 0;
    for (const [index, { isError, text, content }] of (await Promise.all(calls)).entries())
      if (isError) {
        refused++;
        assert.equal(text, '100 calls are waiting already; call again when some have been answered.');
      } else assert.equal(content['energyKWh'], Number((index + 1).toPrecision(3)));
    assert.ok(refused > 0 && refused <= 1000 - 100, String(refused));
  });

  it('keeps every answer for a client that reads slowly', async () => {
    server.child.stdout?.pause();
    const calls = Array.from({ length: 40 }, () => server.call('explain_rule', { rule: 'grid-search' }));
    const last = server.call('estimate_training', { hours: 1, watts: 1000, pue: 1 });
    // Long enough for many answers; the test is right with any number of them.
    await new Promise((done) => setTimeout(done, 3000));
    server.child.stdout?.resume();
    for (const { text } of await Promise.all(calls))
      assert.match(text, /^\{"rule":"grid-search","page":"# grid-search/);
    assert.equal((await last).content['energyKWh'], 1);
  });

  it('measures a command that prints a gigabyte, and keeps the end of it', async () => {
    const program = `import sys
for _ in range(1000): sys.stdout.buffer.write(b"x" * 1000000)
print("\\nTest accuracy: 0.75")`;
    const { isError, text, content } = await server.call('measure_command', { command: ['python3', '-c', program] });
    assert.equal(isError, false, text);
    assert.match(String(content['output']), /^….*x\nTest accuracy: 0\.75$/s);
    assert.ok(text.length < 5000, String(text.length));
    if (process.platform !== 'linux') return;
    const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8');
    const [, peak = NaN] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    assert.ok(Number(peak) < 700_000, `${peak} kB`);
  });

  it('lints files whatever they are called, and says which cannot be checked', async function () {
    if (process.platform !== 'linux') skip(this, 'names that are no text');
    const folder = join(project, 'names');
    const key = 'hf_abcdefghijklmnopqrstuvwxyz012345';
    const deep = join(folder, 'deep');
    try {
      await mkdir(deep, { recursive: true });
      execFileSync('python3', ['-c', deepFolder, deep]);
      await writeFile(join(folder, `${key}.py`), waste);
      await writeFile(Buffer.concat([Buffer.from(join(folder, 'a')), Buffer.from([0xff]), Buffer.from('.py')]), waste);
      const { content, text } = await server.call('lint_ml_code', { path: 'names' });
      assert.ok(!text.includes(root) && !text.includes(key) && text.length < 2000, text);
      assert.deepEqual([content['files'], content['path'], content['total']], [1, 'names/[secret].py', 1]);
      const errors = content['errors'] as readonly { readonly path: string; readonly message: string }[];
      assert.deepEqual(
        errors.map(({ message }) => message),
        ['It cannot be read (ENAMETOOLONG).', 'There is no such file or folder.'],
      );
      assert.ok(errors.every(({ path }) => path.length <= 120));
    } finally {
      execFileSync('rm', ['-rf', folder]);
    }
  });

  it('shows no secret of a command line or of what it prints', async () => {
    const secret = 'Zq7kV93xLmPw21tB';
    const command = ['python3', '-c', `print("password: ${secret}")`, `--token=${secret}`, '--api-key', secret];
    const { text } = await server.call('measure_command', { command });
    assert.match(text, /"exitCode":0/);
    assert.ok(!text.includes(secret), text);
    const { text: listed } = await server.call('list_runs', {});
    assert.match(listed, /--token=\[secret\]/);
    assert.ok(!listed.includes(secret), listed);
  });

  it('interrupts a command at its budget, and says so', async () => {
    const command = ['python3', '-c', 'while True: pass'];
    const { isError, text, content } = await server.call('measure_command', {
      command,
      budget: '0.001Wh',
      time_limit_seconds: 120,
    });
    assert.equal(isError, false, text);
    const [run] = content['runs'] as readonly { readonly exitCode: number; readonly energyWh: { value: number } }[];
    assert.deepEqual([run?.exitCode, content['stopped']], [128 + 2, undefined], text);
    assert.ok((run?.energyWh.value ?? 0) >= 0.001, text);
    assert.match(JSON.stringify(content['meterSays']), /budget/);
  });

  it('changes no file of the project with a tool that only reads', async () => {
    const files = async (): Promise<string> => {
      const names = (await readdir(project, { recursive: true })).sort();
      const contents = names.map(async (name) => [name, await readFile(join(project, name), 'utf8').catch(() => null)]);
      return JSON.stringify(await Promise.all(contents));
    };
    await writeFile(join(project, 'fixable.py'), `${waste}x = 1  # green-ml: ignore[grid-search] why\n`);
    const before = await files();
    const calls: readonly (readonly [tool: string, input: object])[] = [
      ['lint_ml_code', { return_fixed: true }],
      ['lint_ml_code', { path: 'new.py', text: waste, return_fixed: true }],
      ['explain_rule', { rule: 'grid-search' }],
      ['estimate_training', { hours: 1, watts: 100 }],
      ['list_runs', {}],
      ['recommend_region', { provider: 'aws' }],
      ['find_clean_window', { location: 'DE', hours: 2 }],
      ['get_practices', {}],
      ['explain_practice', { practice: 'P16' }],
    ];
    for (const [name, input] of calls) assert.equal((await server.call(name, input)).isError, false, name);
    await said('compare_runs', { before: ['a'], after: ['b'] });
    assert.equal(await files(), before);
  });

  it('says that the folder has gone, and goes on when it is there again', async () => {
    const during = ['python3', '-c', 'import os, shutil; shutil.rmtree(os.getcwd()); print("gone")'];
    const { content } = await server.call('measure_command', { command: during });
    assert.equal(content['output'], 'gone');
    const gone = 'The folder of the project is gone; ask the person to open it again where it is now.';
    for (const [name, input] of [
      ['lint_ml_code', {}],
      ['lint_ml_code', { text: waste }],
      ['measure_command', { command: 'pwd' }],
      ['list_runs', {}],
      ['get_practices', {}],
    ] as const)
      assert.equal(await said(name, input), gone, name);
    assert.match(await said('lint_ml_code', { path: 'a.py' }), /^There is no "a\.py" in the project/);
    await mkdir(project);
    await writeFile(join(project, 'a.py'), waste);
    assert.equal((await server.call('lint_ml_code', { path: 'a.py' })).content['total'], 1);
  });
});
