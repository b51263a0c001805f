import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Counts the signals that reach the command, in a file, and ends on SIGTERM or when its input says so. */
const countingCommand = `
import os, signal, sys, time
counts = {}
def count(number, frame):
    counts[number] = counts.get(number, 0) + 1
    with open(sys.argv[1], "w") as f:
        f.write(" ".join(f"{signal.Signals(n).name}={c}" for n, c in sorted(counts.items())))
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"):
    signal.signal(getattr(signal, name), count)
print("ready", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end and not os.path.exists(sys.argv[1] + ".stop"):
    time.sleep(0.02)
sys.exit(7)
`;

/** Runs a command in a pseudo-terminal of its own, types Ctrl+C when it is ready, and reports the exit code. */
const terminal = `
import os, pty, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
text = b""
typed = False
while True:
    try:
        chunk = os.read(fd, 1024)
    except OSError:
        break
    if not chunk:
        break
    text += chunk
    if b"ready" in text and not typed:
        typed = True
        os.write(fd, b"\\x03")
        time.sleep(0.6)
        open(sys.argv[1] + ".stop", "w").close()
_, status = os.waitpid(pid, 0)
print("exit", os.waitstatus_to_exitcode(status))
`;

describe('cli/foreground-command', function () {
  this.timeout(30_000);
  let folder: string;
  let launcher: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-signals-'));
    launcher = join(folder, 'launcher.js');
    await writeFile(join(folder, 'count.py'), countingCommand);
    await writeFile(join(folder, 'terminal.py'), terminal);
    await build({
      stdin: {
        contents: `
          import { startCommand } from './src/cli/foreground-command';
          startCommand(process.argv.slice(2), { cwd: process.cwd(), env: process.env })
            .then((command) => command.ended)
            .then(({ exitCode }) => { process.exitCode = exitCode; }, (error) => { console.error(error.message); process.exitCode = 2; });`,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      outfile: launcher,
    });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function launch(...command: string[]) {
    const child = spawn(process.execPath, [launcher, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    return { child, ended, output: () => output };
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const) {
    it(`forwards ${signal} sent to the meter alone, once`, async () => {
      const counts = join(folder, `alone-${signal}`);
      const run = launch('python3', join(folder, 'count.py'), counts);
      await until(() => run.output().includes('ready'));
      run.child.kill(signal);
      await until(async () => (await read(counts)) !== '');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await writeFile(`${counts}.stop`, '');
      assert.equal(await run.ended, 7);
      assert.equal(await read(counts), `${signal}=1`);
    });
  }

  it('forwards nothing that reached the whole process group, several times over', async () => {
    const counts = join(folder, 'group');
    const run = launch('python3', join(folder, 'count.py'), counts);
    await until(() => run.output().includes('ready'));
    for (const expected of ['SIGINT=1', 'SIGINT=2']) {
      process.kill(-run.child.pid!, 'SIGINT');
      await until(async () => (await read(counts)) === expected);
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.equal(await read(counts), expected);
    }
    await writeFile(`${counts}.stop`, '');
    assert.equal(await run.ended, 7);
  });

  it('lets Ctrl+C at a terminal reach the command exactly once', async () => {
    const counts = join(folder, 'terminal');
    const command = [process.execPath, launcher, 'python3', join(folder, 'count.py'), counts];
    const child = spawn('python3', [join(folder, 'terminal.py'), counts, ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    await new Promise((resolve) => child.once('exit', resolve));
    assert.equal(output.trim(), 'exit 7');
    assert.equal(await read(counts), 'SIGINT=1');
  });

  it('tells the exit code of a command killed by a signal', async () => {
    const run = launch('sh', '-c', 'kill -KILL $$');
    assert.equal(await run.ended, 137);
  });

  it('says in one sentence why a command did not start', async () => {
    const missing = launch('no-such-command-here');
    assert.equal(await missing.ended, 2);
    assert.equal(
      missing.output(),
      'cannot start "no-such-command-here": command not found; check its spelling and your PATH.\n',
    );
    const folderRun = launch(join(folder, 'count.py'));
    assert.equal(await folderRun.ended, 2);
    assert.match(folderRun.output(), /is not executable/);
  });
});
