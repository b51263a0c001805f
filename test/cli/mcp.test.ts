import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Ajv from 'ajv';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer';
import { documentedRules } from '../../src/lint/rules/documented';
import { isRunning } from '../../src/processes/alive';
import { skip } from '../support/skip';
import { cli } from './support';

type Answer = Readonly<Record<string, unknown>> & { readonly text: string; readonly isError: boolean };

interface Measured {
  readonly id: string;
  readonly exitCode: number;
  readonly energyWh: { readonly value: number | null; readonly low: number | null; readonly high: number | null };
  readonly method: string;
  readonly durationSeconds: number;
  readonly progress?: { readonly metrics: Readonly<Record<string, number>> };
}

const search = 'from sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\n';
const grid = (index: number): string =>
  `g${index} = GridSearchCV(SVC(), {"C": [1, 2, 3, 4, 5, 6], "gamma": [${Array.from({ length: index + 2 }, (_, at) => at).join()}]}, cv=5).fit(x)\n`;

const training = `
import sys, time
seconds = float(sys.argv[1])
for epoch in range(1, 4):
    begin = time.process_time()
    while time.process_time() - begin < seconds: pass
    print(f"Epoch {epoch}/3 - accuracy: 0.9", flush=True)
print("Test accuracy: 0.88")
`;

describe('cli/mcp', function () {
  this.timeout(180_000);
  let root: string;
  let project: string;
  let env: Record<string, string>;
  const clients: Client[] = [];

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'green-ml-mcp-')));
    project = join(root, 'project');
    await mkdir(join(project, 'many'), { recursive: true });
    await mkdir(join(root, 'outside'));
    await writeFile(join(root, 'outside', 'secret.py'), search + grid(0));
    await symlink(join(root, 'outside'), join(project, 'link'));
    await writeFile(join(project, 'a.py'), `${search + grid(0)}x = 1  # green-ml: ignore[grid-search] why\n`);
    await writeFile(
      join(project, 'many', 'b.py'),
      search + Array.from({ length: 45 }, (_, index) => grid(index)).join(''),
    );
    await writeFile(join(project, 'train.py'), training);
    const names = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'];
    env = {
      ...Object.fromEntries(
        names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
      ),
      XDG_STATE_HOME: join(root, 'state'),
      XDG_CACHE_HOME: join(root, 'cache'),
      WANDB_API_KEY: 'a-key-that-nobody-sees',
    };
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  after(() => rm(root, { recursive: true, force: true }));

  async function connect(
    args: readonly string[] = ['--folder', project, '--client-confirms'],
    options: ClientOptions = {},
    cwd = project,
  ): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' }, options);
    clients.push(client);
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [cli, 'mcp', ...args], env, cwd, stderr: 'ignore' }),
    );
    return client;
  }

  async function call(client: Client, name: string, input: Record<string, unknown> = {}): Promise<Answer> {
    const { content, structuredContent, isError } = await client.callTool({ name, arguments: input });
    const [block] = content;
    const text = block?.type === 'text' ? block.text : '';
    assert.notEqual(text, '');
    assert.ok(!text.includes(root) && !text.includes('a-key-that-nobody-sees'), text);
    if (isError !== true) assert.deepEqual(JSON.parse(text), structuredContent);
    return { ...(structuredContent as object), text, isError: isError === true };
  }

  const modes = ['legacy', 'auto'] as const;

  for (const mode of modes)
    it(`lists and calls every tool, with short answers (${mode})`, async () => {
      const client = await connect(undefined, { versionNegotiation: { mode } });
      const { tools } = await client.listTools();
      assert.equal(tools.length, 10);
      // A model reads them in each conversation.
      assert.ok(countTokens(JSON.stringify(tools)) < 3000, String(countTokens(JSON.stringify(tools))));
      for (const { inputSchema } of tools) assert.ok(new Ajv({ strict: false }).validateSchema(inputSchema));
      assert.deepEqual(
        tools.filter(({ annotations }) => annotations?.readOnlyHint !== true).map(({ name }) => name),
        ['measure_command'],
      );
      assert.equal(tools.find(({ name }) => name === 'measure_command')?.annotations?.destructiveHint, true);
      const measured = await call(client, 'measure_command', { command: ['python3', 'train.py', '0.05'], repeat: 2 });
      const [run, other] = measured['runs'] as readonly Measured[];
      assert.ok(run && other);
      const inputs: readonly (readonly [name: string, input: Record<string, unknown>, tokens: number])[] = [
        ['lint_ml_code', { path: 'many', limit: 20 }, 1500],
        ['lint_ml_code', { text: search + grid(1) }, 200],
        ['explain_rule', { rule: 'grid-search' }, 2000],
        ['estimate_training', { hours: 3, device: 'H100 SXM', location: 'DE' }, 250],
        ['recommend_region', { provider: 'aws', from: 'us-east-1', energy_kwh: 100 }, 600],
        ['find_clean_window', { hours: 3, location: 'DE', energy_kwh: 5 }, 350],
        ['get_practices', {}, 900],
        ['explain_practice', { practice: 'P16' }, 600],
        ['list_runs', { limit: 10 }, 1500],
        ['compare_runs', { before: [run.id], after: [other.id] }, 400],
      ];
      for (const [name, input, most] of inputs) {
        const answer = await call(client, name, input);
        assert.equal(answer.isError, false, `${name}: ${answer.text}`);
        const tokens = countTokens(answer.text);
        assert.ok(tokens < most, `${name}: ${tokens} tokens`);
      }
      assert.ok(countTokens(measured.text) < 500, measured.text);
    });

  it('gives findings in pages, and code with its safe fixes', async () => {
    const client = await connect();
    const first = await call(client, 'lint_ml_code', { path: 'many' });
    const findings = first['findings'] as readonly {
      readonly line: number;
      readonly numbers: { readonly fits: number };
    }[];
    assert.deepEqual([first['total'], findings.length, first['nextOffset']], [45, 20, 20]);
    assert.deepEqual([findings[0]?.line, findings[0]?.numbers.fits], [3, 6 * 2 * 5 + 1]);
    const last = await call(client, 'lint_ml_code', { path: 'many', offset: 40 });
    assert.deepEqual([(last['findings'] as unknown[]).length, 'nextOffset' in last], [5, false]);
    const text = await readFile(join(project, 'a.py'), 'utf8');
    const fixed = await call(client, 'lint_ml_code', { text, return_fixed: true });
    assert.equal(fixed['fixed'], `${search + grid(0)}x = 1\n`);
    const { diff } = await call(client, 'lint_ml_code', { path: 'a.py', return_fixed: true });
    assert.match(String(diff), /-x = 1 {2}# green-ml: ignore.*\n\+x = 1\n/);
    assert.equal(await readFile(join(project, 'a.py'), 'utf8'), text);
    const only = await call(client, 'lint_ml_code', { path: 'a.py', rules: ['grid-search'] });
    assert.deepEqual([only['path'], only['total']], ['a.py', 1]);
    const nothing = await call(client, 'lint_ml_code', { text: 'x = 1\n', return_fixed: true });
    assert.deepEqual(
      [nothing['total'], nothing['fixed'], nothing['note']],
      [0, null, 'There is no safe fix; change the code by hand as the findings say.'],
    );
  });

  it('gives pages of every kind of finding that are short, and leaves none out', async () => {
    const folder = join(project, 'rules', 'experiments', 'training');
    await mkdir(folder, { recursive: true });
    try {
      for (const { id, nonCompliant } of documentedRules)
        for (const [index, { code }] of nonCompliant.slice(0, 2).entries())
          await writeFile(join(folder, `${id}-${index}.py`), code);
      const client = await connect();
      const seen: string[] = [];
      for (let offset: unknown = 0; offset !== undefined; ) {
        const page = await call(client, 'lint_ml_code', { path: 'rules', offset });
        const tokens = countTokens(page.text);
        assert.ok(tokens < 1500, `${tokens} tokens`);
        const findings = page['findings'] as readonly object[];
        assert.ok(findings.length > 9 || !('nextOffset' in page), `${findings.length} findings`);
        seen.push(...findings.map((finding) => JSON.stringify(finding)));
        offset = page['nextOffset'];
        assert.ok(offset === undefined || offset === seen.length);
        if (offset === undefined) assert.equal(seen.length, page['total']);
      }
      assert.equal(new Set(seen).size, seen.length);
      assert.ok(seen.length > 45, String(seen.length));
    } finally {
      await rm(join(project, 'rules'), { recursive: true });
    }
  });

  it('says the range of each figure in the unit of the figure', async () => {
    const client = await connect();
    const { regions } = (await call(client, 'recommend_region', { limit: 50 })) as unknown as {
      readonly regions: readonly { readonly gramsPerITKWh: Readonly<Record<'value' | 'low' | 'high', number>> }[];
    };
    for (const { gramsPerITKWh } of regions)
      assert.ok(gramsPerITKWh.low <= gramsPerITKWh.value && gramsPerITKWh.value <= gramsPerITKWh.high);
    const { method } = await call(client, 'estimate_training', { hours: 1, watts: 100 });
    assert.match(String(method), /range of the intensity only/);
  });

  it('says what is wrong with a settings file without the paths of the machine', async () => {
    const file = join(project, 'many', 'green-ml.toml');
    await writeFile(file, 'select = ["nonsense"]\n');
    try {
      const { text, isError } = await call(await connect(), 'lint_ml_code', { path: 'many' });
      assert.ok(isError);
      assert.match(text, /^many\/green-ml\.toml: there is no rule "nonsense"/);
    } finally {
      await rm(file);
    }
  });

  it('answers bad arguments and huge inputs with a sentence that says what to do', async () => {
    const client = await connect();
    const cases: readonly (readonly [name: string, input: Record<string, unknown>, said: RegExp])[] = [
      ['lint_ml_code', { path: '../outside/secret.py' }, /is outside the project; give a path inside its folder/],
      ['lint_ml_code', { path: 'link/secret.py' }, /is outside the project/],
      ['lint_ml_code', { path: '/etc/passwd' }, /is outside the project/],
      ['lint_ml_code', { path: 'absent.py' }, /There is no "absent.py" in the project/],
      ['lint_ml_code', { text: 'x', path: '../x.py' }, /is outside the project/],
      ['lint_ml_code', { text: 'x'.repeat(2_000_000) }, /longer than 400 thousand characters/],
      ['lint_ml_code', { rules: ['nonsense'] }, /^rules takes rule ids/],
      ['lint_ml_code', { limit: 5000 }, /^limit cannot be 5000: expected <=50/],
      ['explain_rule', { rule: '--help' }, /^There is no rule "--help"/],
      ['estimate_training', { hours: 1 }, /device or its power with watts/],
      ['recommend_region', { provider: 'aws', max_rtt_ms: 20 }, /^max_rtt_ms needs from\.$/],
      ['recommend_region', { provider: 'asw' }, /did you mean aws\?/],
      ['find_clean_window', { hours: 30, deadline: '2h', location: 'DE' }, /\.$/],
      ['measure_command', { command: 'python3 train.py | tee log' }, /without a shell/],
      ['measure_command', { command: 'no-such-program' }, /command not found/],
      ['measure_command', { command: 'python3 train.py', folder: '../outside' }, /is outside the project/],
      ['measure_command', { command: 'python3 train.py', budget: 'much' }, /budget/],
      ['compare_runs', { before: ['zzz'], after: ['yyy'] }, /There is no run "zzz"; call list_runs/],
      ['explain_practice', { practice: 'P99' }, /give P1 to P17/],
    ];
    for (const [name, input, said] of cases) {
      const { isError, text } = await call(client, name, input);
      assert.ok(isError, `${name} ${JSON.stringify(input).slice(0, 100)}`);
      assert.match(text, said);
      assert.ok(text.length < 900 && !text.includes('--max') && !text.includes('\n'), text);
    }
    await assert.rejects(
      client.callTool({ name: 'rm', arguments: {} }),
      /There is no tool "rm"; the tools are lint_ml_code/,
    );
  });

  it('measures before and after, and proves a change', async () => {
    const client = await connect();
    const measure = async (seconds: number): Promise<readonly Measured[]> => {
      const answer = await call(client, 'measure_command', { command: `python3 train.py ${seconds}`, repeat: 3 });
      assert.equal(answer.isError, false, answer.text);
      return answer['runs'] as readonly Measured[];
    };
    const [before, after] = [await measure(0.8), await measure(0.1)];
    for (const { exitCode, energyWh, progress, method } of [...before, ...after]) {
      assert.equal(exitCode, 0);
      assert.ok(energyWh.value !== null && energyWh.value > 0);
      assert.ok((energyWh.low ?? -1) <= energyWh.value && energyWh.value <= (energyWh.high ?? -1));
      assert.equal(progress?.metrics['accuracy'], 0.9);
      assert.match(method, /^(counter|sensor|calibrated|model|assumed)$/);
    }
    const ids = (runs: readonly Measured[]): string[] => runs.map(({ id }) => id);
    const compared = await call(client, 'compare_runs', { before: ids(before), after: ids(after) });
    assert.equal(compared['verdict'], 'less', compared.text);
    assert.match(compared.text, /"text":"~?−\d\d % [^"]*3 pairs, test_accuracy equal"/);
    const { runs } = (await call(client, 'list_runs', { limit: 2 })) as unknown as {
      readonly runs: readonly Measured[];
    };
    assert.deepEqual(ids(runs), ids(after).reverse().slice(0, 2));
  });

  it('gives the exit code and the end of the output of what fails, and stops at the time limit', async () => {
    const client = await connect();
    const failed = await call(client, 'measure_command', {
      command: ['python3', '-c', 'import sys; print("a" * 9999); print("the end"); sys.exit("why")'],
      repeat: 3,
    });
    const [run] = failed['runs'] as readonly Measured[];
    assert.equal(run?.exitCode, 1);
    assert.match(String(failed['output']), /^….*\nthe end$/);
    assert.equal(failed['errorOutput'], 'why');
    assert.match(String(failed['note']), /^Only 1 of 3 runs/);
    const late = await call(client, 'measure_command', { command: 'python3 train.py 100', time_limit_seconds: 1 });
    assert.match(String(late['stopped']), /time limit of 1 s/);
  });

  for (const mode of modes) {
    it(`asks the person before it runs a command (${mode})`, async () => {
      const client = await connect(['--folder', project], {
        capabilities: { elicitation: { form: {} } },
        versionNegotiation: { mode },
      });
      const asked: string[] = [];
      const answers = [
        { action: 'decline' },
        { action: 'accept', content: { run: false } },
        { action: 'accept', content: { run: true } },
      ] as const;
      client.setRequestHandler('elicitation/create', ({ params }) => {
        asked.push(params.message);
        return answers[asked.length - 1] ?? { action: 'cancel' };
      });
      const file = join(project, `touched-${mode}`);
      const input = { command: ['python3', '-c', `open("touched-${mode}", "w").write("x")`] };
      for (const isAllowed of [false, false, true]) {
        const { isError, text } = await call(client, 'measure_command', input).catch((error: unknown) => ({
          isError: true,
          text: String(error),
        }));
        assert.equal(isError, !isAllowed, text);
        if (isError) assert.match(text, /The person did not allow the command/);
        assert.equal(await readFile(file, 'utf8').catch(() => ''), isAllowed ? 'x' : '');
      }
      assert.equal(asked.length, 3);
      assert.match(asked[0] ?? '', /Run and measure this command\? "python3" "-c"/);
      const long = { command: ['python3', '-c', `${'x'.repeat(5000)}; the_end`] };
      await call(client, 'measure_command', long).catch(() => undefined);
      assert.match(asked[3] ?? '', /x{5000}; the_end"$/);
      await call(client, 'measure_command', { command: 'a | b' });
      assert.equal(asked.length, 4);
    });

    it(`takes the folders of the client (${mode})`, async () => {
      const client = await connect(
        [],
        { capabilities: { roots: {} }, versionNegotiation: { mode } },
        join(root, 'outside'),
      );
      client.setRequestHandler('roots/list', () => ({
        roots: [{ uri: pathToFileURL(project).href, name: 'project' }],
      }));
      assert.equal((await call(client, 'lint_ml_code', { path: 'a.py' }))['files'], 1);
      assert.match((await call(client, 'lint_ml_code', { path: 'secret.py' })).text, /There is no "secret.py"/);
    });
  }

  it('runs no command for a client that can ask nobody, and takes neither the home folder nor the root for a project', async () => {
    const client = await connect(['--folder', project]);
    assert.match((await call(client, 'measure_command', { command: 'python3 train.py 1' })).text, /--client-confirms/);
    for (const folder of [homedir(), '/']) {
      const lost = await connect([], {}, folder);
      assert.match((await call(lost, 'lint_ml_code')).text, /start the server with --folder DIR/);
      // What needs no project is answered all the same.
      assert.equal((await call(lost, 'estimate_training', { hours: 10, watts: 100, pue: 1 }))['energyKWh'], 1);
      assert.match(String((await call(lost, 'explain_rule', { rule: 'grid-search' }))['page']), /^# grid-search/);
    }
  });

  it('answers ten calls at once', async () => {
    const client = await connect();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => call(client, 'lint_ml_code', { text: search + grid(index) })),
    );
    const fits = answers.map(
      (answer) => (answer['findings'] as readonly { numbers: { fits: number } }[])[0]?.numbers.fits,
    );
    assert.deepEqual(
      fits,
      Array.from({ length: 10 }, (_, index) => 6 * (index + 2) * 5 + 1),
    );
  });

  it('has the pages of rules, the practices and the last runs as resources, and prompts', async () => {
    const client = await connect();
    const { resources } = await client.listResources();
    assert.deepEqual(
      resources.map(({ uri }) => uri),
      ['green-ml://practices', 'green-ml://runs'],
    );
    const { resourceTemplates } = await client.listResourceTemplates();
    assert.equal(resourceTemplates[0]?.uriTemplate, 'green-ml://rule/{id}');
    const textOf = async (uri: string): Promise<string> => {
      const [content] = (await client.readResource({ uri })).contents;
      return content !== undefined && 'text' in content ? content.text : '';
    };
    assert.match(await textOf('green-ml://rule/grid-search'), /^# grid-search\n/);
    assert.match(await textOf('green-ml://practices'), /"key":"P1"/);
    assert.match(await textOf('green-ml://runs'), /"runs":/);
    await assert.rejects(textOf('green-ml://rule/nothing'), /There is no rule "nothing"/);
    await assert.rejects(textOf('file:///etc/passwd'), /There is no resource/);
    const { prompts } = await client.listPrompts();
    assert.equal(prompts[0]?.title, 'Make This Training Greener');
    const { messages } = await client.getPrompt({ name: 'make_greener', arguments: { file: 'train.py' } });
    assert.match(JSON.stringify(messages), /Make the training in train\.py greener/);
    await assert.rejects(client.getPrompt({ name: 'nothing' }), /There is no prompt "nothing"/);
  });

  /** A command that writes its process id, and those of a child in another session, and waits. */
  const waiting = (file: string): string[] => [
    'python3',
    '-c',
    `import os, subprocess, time
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
open(${JSON.stringify(file)} + ".part", "w").write(f"{os.getpid()} {child.pid}")
os.rename(${JSON.stringify(file)} + ".part", ${JSON.stringify(file)})
time.sleep(600)`,
  ];
  const pidsIn = async (file: string): Promise<readonly number[]> => {
    for (;;) {
      const text = await readFile(file, 'utf8').catch(() => '');
      if (text !== '') return text.split(' ').map(Number);
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const allEnded = async (pids: readonly number[]): Promise<void> => {
    while (pids.some((pid) => isRunning(pid))) await new Promise((done) => setTimeout(done, 50));
  };

  it('ends a command with all it started when its call is cancelled, and goes on', async function () {
    if (process.platform === 'win32') skip(this, 'sessions of POSIX');
    const client = await connect();
    const file = join(root, 'cancelled');
    const cancel = new AbortController();
    const pending = client.callTool(
      { name: 'measure_command', arguments: { command: waiting(file) } },
      { signal: cancel.signal },
    );
    const pids = await pidsIn(file);
    cancel.abort();
    await assert.rejects(pending);
    await allEnded(pids);
    assert.equal((await call(client, 'explain_rule', { rule: 'grid-search' })).isError, false);
  });

  /** A server whose messages are written by hand. */
  function start(): {
    readonly child: ReturnType<typeof spawn>;
    readonly send: (message: unknown) => void;
    readonly lines: string[];
    readonly answer: (id: number) => Promise<Record<string, unknown>>;
  } {
    const child = spawn(process.execPath, [cli, 'mcp', '--folder', project, '--client-confirms'], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const lines: string[] = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
    return {
      child,
      lines,
      send: (message) => void child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`),
      async answer(id) {
        for (;;) {
          for (const line of lines) {
            const message = JSON.parse(line) as Record<string, unknown>;
            if (message['id'] === id && ('result' in message || 'error' in message)) return message;
          }
          await once(child.stdout, 'data');
        }
      },
    };
  }
  const hello = {
    ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  };
  const ready = { jsonrpc: '2.0', method: 'notifications/initialized' };

  for (const way of ['closes its pipes', 'reads no more answers', 'sends SIGTERM', 'sends SIGKILL'] as const)
    it(`ends with all it started when the client ${way}`, async function () {
      if (process.platform === 'win32') skip(this, 'signals and sessions of POSIX');
      const { child, send, answer } = start();
      send(hello);
      await answer(1);
      send(ready);
      const file = join(root, way.replaceAll(' ', '-'));
      const params = { name: 'measure_command', arguments: { command: waiting(file) } };
      send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params });
      const pids = await pidsIn(file);
      const ended = once(child, 'exit');
      if (way === 'sends SIGTERM' || way === 'sends SIGKILL')
        child.kill(way === 'sends SIGTERM' ? 'SIGTERM' : 'SIGKILL');
      else child.stdout?.destroy();
      if (way === 'closes its pipes') child.stdin?.end();
      // The next answer finds out.
      if (way === 'reads no more answers') send({ jsonrpc: '2.0', id: 3, method: 'ping' });
      const [code] = (await ended) as [number | null];
      assert.equal(code, way === 'sends SIGKILL' ? null : 0);
      await allEnded(pids);
    });

  it('says how far a long command is, to a client that asks for it', async () => {
    const client = await connect();
    const told: { readonly progress: number; readonly message?: string | undefined }[] = [];
    const { structuredContent } = await client.callTool(
      { name: 'measure_command', arguments: { command: 'python3 train.py 2.5', repeat: 2 } },
      { onprogress: (each) => void told.push(each), timeout: 120_000 },
    );
    assert.equal((structuredContent as { runs: unknown[] }).runs.length, 2);
    const messages = told.map(({ message }) => message ?? '');
    assert.match(messages[0] ?? '', /^Run 1 of 2: .*Wh/);
    assert.ok(
      messages.some((message) => / of 3 epochs done/.test(message)),
      messages.join(),
    );
    assert.ok(messages.includes('Run 2 of 2'), messages.join());
    assert.ok(messages.length < 20 && messages.every((message) => message.length < 200), messages.join());
    assert.ok(told.every(({ progress }, index) => progress > (told[index - 1]?.progress ?? 0)));
  });

  it('writes nothing but messages of the protocol, whatever comes in', async () => {
    const { child, send, lines, answer } = start();
    send(hello);
    await answer(1);
    send(ready);
    const garbage = fc.oneof(
      fc.string().map((text) => text.replaceAll('\n', ' ')),
      fc.json(),
      fc
        .record({
          jsonrpc: fc.constantFrom('2.0', '1.0', 2),
          id: fc.oneof(fc.integer({ min: 1000 }), fc.string(), fc.constant(null)),
          method: fc.constantFrom('tools/call', 'tools/list', 'prompts/get', 'resources/read', 'nothing', 'initialize'),
          params: fc.oneof(
            fc.jsonValue(),
            fc.record({ name: fc.constantFrom('explain_rule', 'x', 3), arguments: fc.jsonValue(), uri: fc.string() }),
          ),
        })
        .map((message) => JSON.stringify(message)),
    );
    for (const line of fc.sample(garbage, { numRuns: 300, seed: 5 })) send(line);
    // Output of a command, made to look like a message, must not become one.
    const printing = { jsonrpc: '2.0', id: 3, result: { fake: true } };
    const command = ['python3', '-c', `print(${JSON.stringify(JSON.stringify(printing))})`];
    send({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'measure_command', arguments: { command } } });
    const { result } = await answer(3);
    assert.match(JSON.stringify(result), /fake/);
    assert.ok(!('fake' in (result as object)));
    for (const line of lines) {
      const message = JSON.parse(line) as Record<string, unknown>;
      assert.equal(message['jsonrpc'], '2.0', line);
      assert.ok('result' in message || 'error' in message || 'method' in message, line);
    }
    const ended = once(child, 'exit');
    child.stdin?.end();
    assert.deepEqual(await ended, [0, null]);
  });

  it('starts with less than 200 ms of CPU time beside that of Node', async function () {
    if (process.platform !== 'linux') skip(this, 'reads CPU times in /proc');
    const cpuOf = async (pid: number): Promise<number> => {
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    };
    const bare = async (): Promise<number> => {
      const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log(1)'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await once(child.stdout, 'data');
      const used = await cpuOf(child.pid ?? 0);
      child.kill();
      return used;
    };
    const served = async (): Promise<number> => {
      const { child, send, answer } = start();
      send(hello);
      await answer(1);
      send(ready);
      send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
      await answer(2);
      const used = await cpuOf(child.pid ?? 0);
      child.kill();
      return used;
    };
    // The first start fills the cache of compiled code. Load on the machine only adds, so the least of several counts.
    await served();
    const least = async (of: () => Promise<number>): Promise<number> => {
      const all: number[] = [];
      for (let index = 0; index < 5; index++) all.push(await of());
      return Math.min(...all);
    };
    const [own, node] = [await least(served), await least(bare)];
    assert.ok(own - node < 200, `${own} ms, of which Node ${node} ms`);
  });
});
