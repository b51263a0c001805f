import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../src/runs/record';
import { Person } from '../support/at-terminal';
import { skip } from '../support/skip';
import { cli } from './support';

const training = `
import os, sys, time
for epoch in range(1, 5):
    print(f"Epoch {epoch}/4 - loss: {1 / epoch:.4f} - val_loss: {2 / epoch:.4f}", flush=True)
    time.sleep(0.2)
`;

/** What a progress bar of tqdm writes, which overwrites its line on standard error. */
const bar = `
import sys, time
for step in range(51):
    print(f"\\rtraining: {step * 2:3d}%|{'#' * (step // 5):10s}| {step}/50 [00:01<00:01, 25.00it/s]", end="", file=sys.stderr, flush=True)
    time.sleep(0.02)
print(file=sys.stderr)
`;

/** Says which signals reach it, and what is typed; ends with code 7 on "q". */
const listening = `
import os, signal, sys
counts = {}
def count(number, frame):
    counts[number] = counts.get(number, 0) + 1
    print("got", signal.Signals(number).name, counts[number], flush=True)
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"):
    signal.signal(getattr(signal, name), count)
print("ready", os.getpid(), flush=True)
for line in sys.stdin:
    if line == "q\\n":
        sys.exit(7)
    print("line", line.strip()[::-1], flush=True)
`;

/** Standard input, output and error of the command line are one real terminal. */
describe('cli/run at a terminal', function () {
  this.timeout(120_000);
  let folder: string;
  const people: Person[] = [];

  before(function () {
    if (process.platform === 'win32')
      skip(this, 'Windows has no pseudo-terminals of this kind, so output is not read there');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-terminal-test-'));
    await writeFile(join(folder, 'train.py'), training);
    await writeFile(join(folder, 'bar.py'), bar);
    await writeFile(join(folder, 'listen.py'), listening);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') for (const person of people) console.error(person.text);
    for (const person of people.splice(0)) person.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function sit(command: readonly string[], env: NodeJS.ProcessEnv = {}): Person {
    const { CI: _ci, ...rest } = process.env;
    const person = new Person(command, {
      cwd: folder,
      env: { ...rest, TERM: 'xterm', XDG_STATE_HOME: join(folder, 'state'), ...env },
    });
    people.push(person);
    return person;
  }

  const run = (...words: string[]): string[] => [
    process.execPath,
    cli,
    'run',
    '--json',
    join(folder, 'run.json'),
    ...words,
  ];
  const quiet = (...words: string[]): string[] => run('--quiet', '--', ...words);
  const json = async (): Promise<RunRecord> =>
    JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;

  /** An interactive shell with job control, in which $RUN is `green-ml run --quiet --`. */
  async function shell(): Promise<Person> {
    await writeFile(join(folder, 'rc'), `PS1='PROMPT> '\nRUN='${quiet().join(' ')}'\n`);
    const person = sit(['bash', '--noprofile', '--rcfile', 'rc', '-i'], { INPUTRC: '/dev/null' });
    await person.until('PROMPT> ');
    return person;
  }

  it('reads epochs and losses from it, shows them and writes them to the JSON', async () => {
    const person = sit(run('--interval', '100', '--', 'python3', 'train.py'));
    assert.equal(await person.exit(), 0);
    const { progress, processes } = await json();
    assert.deepEqual(
      [progress?.unit, progress?.done, progress?.total, progress?.of, progress?.metric, progress?.best?.value],
      ['epoch', 4, 4, 4, 'val_loss', 0.5],
    );
    assert.equal(processes.peak, 1, 'the relay is none of the run');
    assert.match(person.text, /of 4 epochs done/);
    assert.match(person.text, /read from its output: 4 of 4 epochs, best val_loss 0\.5 at 4/);
  });

  it('reads a bar on standard error, also where standard output is a file', async () => {
    await sit(['sh', '-c', `${run('--', 'python3', 'bar.py').join(' ')} > log`]).exit();
    assert.deepEqual([(await json()).progress?.done, (await json()).progress?.of], [50, 50]);
  });

  it('reads nothing with --no-progress', async () => {
    await sit(run('--no-progress', '--', 'python3', 'train.py')).exit();
    assert.equal((await json()).progress, null);
  });

  it('is the same terminal to the command, of the same size, before and after the window changes', async () => {
    const ask =
      'import os; print([os.isatty(fd) for fd in (0, 1, 2)], os.tcgetpgrp(0) == os.getpgrp(), open("/dev/tty", "w").write("own\\n"))';
    const person = sit(
      quiet(
        'sh',
        '-c',
        `python3 -c '${ask}'; stty size; trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done`,
      ),
    );
    await person.until(/ready[^\r]*\r\n/);
    person.resize(30, 100);
    await person.exit();
    assert.match(person.text, /\[True, True, True\] True 4/);
    assert.match(person.text, /24 80\r\nready\r\n30 100\r\n/);
  });

  it('passes every byte on, and the exit code', async () => {
    const make =
      'import os, random, tty\ntty.setraw(1)\nrandom.seed(7)\nrest = random.randbytes(1_000_001)\nwhile rest:\n    rest = rest[os.write(1, rest):]\nos._exit(3)\n';
    await writeFile(join(folder, 'bytes.py'), make);
    const direct = sit(['python3', 'bytes.py']);
    assert.equal(await direct.exit(), 3);
    const measured = sit(quiet('python3', 'bytes.py'));
    assert.equal(await measured.exit(), 3);
    assert.equal(direct.bytes.length, 1_000_001);
    assert.ok(direct.bytes.equals(measured.bytes));
    // Lines as the terminal ends them, colours and letters beyond ASCII.
    const line = ['sh', '-c', String.raw`printf 'a\n\033[31mrot\033[0m\n\303\274ber\n'; printf 'no end'`];
    const [plain, same] = [sit(line), sit(quiet(...line))];
    await Promise.all([plain.exit(), same.exit()]);
    assert.equal(same.text, plain.text);
  });

  it('says why a command did not start as it does without a terminal', async () => {
    const missing = sit(run('--', 'no-such-command-here'));
    assert.equal(await missing.exit(), 2);
    assert.equal(
      missing.text,
      'green-ml: cannot start "no-such-command-here": command not found; check its spelling and your PATH.\r\n',
    );
    const blocked = sit(run('--', folder));
    assert.equal(await blocked.exit(), 2);
    assert.match(blocked.text, /is not executable/);
    await writeFile(join(folder, 'plain'), 'echo "a script without its interpreter: $1"\n');
    await chmod(join(folder, 'plain'), 0o755);
    const script = sit(quiet('./plain', 'x y'));
    assert.equal(await script.exit(), 0);
    assert.equal(script.text, 'a script without its interpreter: x y\r\n');
  });

  it('lets each signal reach the command exactly once, typed or sent', async () => {
    const person = sit(quiet('python3', 'listen.py'));
    await person.until(/ready[^\r]*\r\n/);
    person.type('\x03');
    await person.until('got SIGINT 1');
    person.type('\x1c');
    await person.until('got SIGQUIT 1');
    for (const name of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
      process.kill(await person.pid(), name);
      await person.until(`got ${name} 1`);
    }
    process.kill(-(await person.pid()), 'SIGINT');
    await person.until('got SIGINT 2');
    person.type('abc\rq\r');
    assert.equal(await person.exit(), 7);
    assert.match(person.text, /line cba/);
    assert.doesNotMatch(person.text, /SIGINT 3|(?:TERM|HUP|QUIT|USR1|USR2) 2/);
    assert.equal((await json()).exitCode, 7);
  });

  it('ends a script that runs it on Ctrl+C, as without it', async () => {
    // dash loses a Ctrl+C between its `echo` and the start of another process, also without green-ml.
    await writeFile(
      join(folder, 'loop.sh'),
      `for i in 1 2 3; do ${quiet().join(' ')} sh -c "echo ready $i; exec sleep 30"; done\necho after\n`,
    );
    const person = sit(['sh', 'loop.sh']);
    await person.until('ready 1');
    person.type('\x03');
    assert.equal(await person.exit(), -2);
    assert.doesNotMatch(person.text, /ready 2|after/);
  });

  it('stops on Ctrl+Z and goes on in front and in the background, several times', async () => {
    const person = await shell();
    person.type('$RUN python3 listen.py\r');
    await person.until(/ready[^\r]*\r\n/);
    person.type('\x1a');
    await person.until('Stopped');
    person.type('fg\r');
    await person.until('listen.py', 3);
    person.type('abc\r');
    await person.until('line cba');
    person.type('\x1a');
    await person.until('Stopped', 2);
    // In the background it runs until it wants the keyboard.
    person.type('bg\r');
    await person.until('listen.py &');
    while (!/(?:Stopped[^]*){3}/.test(person.text)) {
      person.type('\r');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    person.type('fg\r');
    person.type('def\r');
    await person.until('line fed');
    person.type('\x03');
    await person.until('got SIGINT 1');
    person.type('q\r');
    const prompts = person.text.split('PROMPT> ').length - 1;
    await person.until('PROMPT> ', prompts + 1);
    person.type('echo code $?\r');
    await person.until('code 7');
    assert.doesNotMatch(person.text, /SIGINT 2/);
  });

  it('works inside itself, Ctrl+C and Ctrl+Z too', async () => {
    const person = await shell();
    person.type('$RUN $RUN python3 listen.py\r');
    await person.until(/ready[^\r]*\r\n/);
    person.type('\x03');
    await person.until('got SIGINT 1');
    person.type('\x1a');
    await person.until('Stopped');
    person.type('fg\r');
    await person.until('listen.py', 3);
    person.type('abc\rq\r');
    await person.until('line cba');
    await person.until('PROMPT> ', 3);
    person.type('echo code $?\r');
    await person.until('code 7');
    assert.doesNotMatch(person.text, /SIGINT 2/);
  });

  it('shows no password, and leaves the settings of the terminal as they were, however the command ends', async () => {
    const asking = sit(quiet('python3', '-c', 'import getpass; print("it is", getpass.getpass()[::-1])'));
    await asking.until('Password: ');
    asking.type('secret\r');
    assert.equal(await asking.exit(), 0);
    assert.equal(asking.text, 'Password: \r\nit is terces\r\n');
    for (const [end, code] of [
      ['kill -KILL $$', 137],
      ['exit 4', 4],
      ['kill -TERM $$', 143],
      ['exec no-such-command', 127],
    ] as const) {
      const person = sit([
        'sh',
        '-c',
        `${quiet('sh', '-c').join(' ')} 'stty raw -echo; ${end}'; echo code $?; read line`,
      ]);
      const before = await person.settings();
      await person.until(`code ${code}\r\n`);
      assert.equal(await person.settings(), before, end);
      person.type('\r');
      await person.exit();
    }
  });

  it('leaves the terminal to the shell, and the command alone, when it is killed itself', async () => {
    const person = await shell();
    person.type(
      `$RUN sh -c 'echo ready $PPID; while [ ! -e go ]; do sleep 0.05; done; echo la""ter; echo done > done'\r`,
    );
    await person.until(/ready \d+\r\n/);
    // Monitor, relay, meter.
    let pid = /ready (\d+)\r\n/.exec(person.text)?.[1] ?? '';
    for (let level = 0; level < 2; level++)
      pid = execFileSync('ps', ['-o', 'ppid=', '-p', pid], { encoding: 'utf8' }).trim();
    process.kill(Number(pid), 'SIGKILL');
    await person.until('Killed');
    person.type('stty -a | grep -o " icanon"; touch go\r');
    await person.until(' icanon\r\n');
    await person.until('later\r\n');
  });

  it('hangs the command up when its terminal is closed, and still writes the record', async () => {
    await writeFile(
      join(folder, 'hup.py'),
      `import os, signal, time\nlog = os.open("hup.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)\ndef heard(number, frame):\n    os.write(log, b"SIGHUP\\n")\nsignal.signal(signal.SIGHUP, heard)\nprint("ready", flush=True)\nwhile os.path.getsize("hup.log") == 0: time.sleep(0.05)\nos._exit(5)\n`,
    );
    for (const person of [sit(quiet('python3', 'hup.py')), await shell()]) {
      if (person !== people.at(-2)) person.type('$RUN python3 hup.py\r');
      await person.until('ready\r\n');
      person.close();
      while ((await json().catch(() => null)) === null) await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal((await json()).exitCode, 5);
      assert.equal(await readFile(join(folder, 'hup.log'), 'utf8'), 'SIGHUP\n');
      await rm(join(folder, 'run.json'));
    }
  });

  it('does not wait for what the command leaves behind, and passes on what that prints', async () => {
    const person = sit([
      'sh',
      '-c',
      `${quiet('sh', '-c').join(' ')} '(while [ ! -e go ]; do sleep 0.05; done; echo late; touch gone) & echo early'; echo prompt; read line`,
    ]);
    await person.until('prompt');
    await writeFile(join(folder, 'go'), '');
    await person.until('late');
    person.type('\r');
    await person.exit();
    const note = /green-ml: The command has ended, but [^\r]* (?:is|are) still running: [^\r]*\r\n/;
    assert.match(person.text, note);
    assert.equal(person.text.replace(note, ''), 'early\r\nprompt\r\nlate\r\n\r\n');
  });

  it('reaches the command with Ctrl+C while the terminal shows nothing of what it prints', async () => {
    const person = sit(quiet('sh', '-c', 'echo ready; exec yes'));
    await person.until(/ready[^\r]*\r\n/);
    person.read(false);
    person.type('\x03');
    await new Promise((resolve) => setTimeout(resolve, 200));
    person.read(true);
    assert.equal(await person.exit(), 130);
  });

  it('runs full-screen programs', async () => {
    await writeFile(join(folder, 'lines'), Array.from({ length: 500 }, (_, index) => `row ${index + 1}`).join('\n'));
    const person = sit(quiet('less', 'lines'));
    await person.until('row 20');
    person.type('G');
    await person.until('row 500');
    person.type('q');
    assert.equal(await person.exit(), 0);
  });

  it('leaves the keyboard to the next program of a line, and in the background everything as it is', async () => {
    const person = sit([
      'sh',
      '-c',
      `${quiet('sh', '-c', 'tty >&2').join(' ').replace('tty >&2', "'tty >&2'")} | cat; tty`,
    ]);
    await person.exit();
    const [inner, outer] = person.text.trim().split('\r\n');
    assert.equal(inner, outer, 'the command has the real terminal');
    const background = await shell();
    background.type('tty; $RUN tty &\r');
    await background.until(/\/dev\/\S+\r\n/, 2);
    assert.equal(new Set(background.text.match(/\/dev\/\S+(?=\r\n)/g)).size, 1);
  });

  it('loads nothing from the folder in which it runs', async () => {
    for (const name of ['termios.py', 'signal.py', 'os.py'])
      await writeFile(join(folder, name), 'import sys\nsys.stdout.write("taken over")\n');
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'python3'), '#!/bin/sh\necho taken over\n', { mode: 0o755 });
    const person = sit([
      '/usr/bin/env',
      `PATH=${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      `PYTHONPATH=${folder}`,
      ...quiet('echo', 'fine'),
    ]);
    assert.equal(await person.exit(), 0);
    assert.equal(person.text, 'fine\r\n');
  });
});
