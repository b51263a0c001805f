import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../src/runs/record';
import { skip } from '../support/skip';
import { cli } from './support';

const training = `
import sys, time
for epoch in range(1, 5):
    print(f"Epoch {epoch}/4 - loss: {1 / epoch:.4f} - val_loss: {2 / epoch:.4f}", flush=True)
    time.sleep(0.2)
`;

/** Standard output of the line is a pipe, as behind \`| tee log\`. */
describe('cli/run and the output of its command', function () {
  this.timeout(60_000);
  let folder: string;

  before(function () {
    if (process.platform === 'win32')
      skip(this, 'Windows has no named pipes of this kind, so output is not read there');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-output-test-'));
    await writeFile(join(folder, 'train.py'), training);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs a line of shell in which $RUN is `green-ml run` with the options that every run here has. */
  async function shell(
    line: string,
  ): Promise<{ readonly code: number | null; readonly stdout: Buffer; readonly stderr: string }> {
    const run = `"${process.execPath}" "${cli}" run --json "${folder}/run.json"`;
    const child = spawn('/bin/sh', ['-c', line.replaceAll('$RUN', run)], {
      cwd: folder,
      env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => void out.push(chunk));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: Buffer.concat(out), stderr };
  }

  const json = async (): Promise<RunRecord & { readonly progress?: unknown }> =>
    JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;

  it('reads epochs and losses, writes them to the JSON and says what it read', async () => {
    const { stdout, stderr } = await shell('$RUN -- python3 train.py | cat');
    assert.equal(stdout.toString().split('\n').length, 5);
    const { progress } = await json();
    assert.deepEqual(
      [progress?.unit, progress?.done, progress?.total, progress?.of, progress?.metric, progress?.best?.value],
      ['epoch', 4, 4, 4, 'val_loss', 0.5],
    );
    assert.match(stderr, /read from its output: 4 of 4 epochs, best val_loss 0\.5 at 4/);
  });

  it('reads the result at the end of much other output', async () => {
    await writeFile(join(folder, 'much.py'), 'print(("x" * 99 + "\\n") * 100000)\nprint("Test accuracy: 0.75")\n');
    const { stdout } = await shell('$RUN -- python3 much.py | cat');
    assert.equal(stdout.length, 100 * 100_000 + 1 + 'Test accuracy: 0.75\n'.length);
    assert.deepEqual((await json()).results, { test_accuracy: 0.75 });
  });

  it('reads the same where Node gives its child sockets for pipes, as coding agents do', async () => {
    const { stdout, stderr } = await shell('exec $RUN -- python3 train.py');
    assert.equal(stdout.toString().split('\n').length, 5);
    const { progress } = await json();
    assert.deepEqual([progress?.unit, progress?.done, progress?.metric], ['epoch', 4, 'val_loss']);
    assert.match(stderr, /read from its output: 4 of 4 epochs/);
    const ask = 'import os, sys; print("out"); print("err", file=sys.stderr); os.system("echo again > /dev/stdout")';
    const both = await shell(`exec $RUN --quiet -- python3 -u -c '${ask}'`);
    assert.deepEqual([both.stdout.toString(), both.stderr], ['out\nagain\n', 'err\n']);
  });

  it('reads nothing with --no-progress, nor what goes into a file', async () => {
    await shell('$RUN --no-progress -- python3 train.py | cat');
    assert.equal((await json()).progress, null);
    await shell('$RUN -- python3 train.py > log');
    assert.equal((await json()).progress, null);
    assert.equal((await readFile(join(folder, 'log'), 'utf8')).split('\n').length, 5);
  });

  it('passes every byte on, whatever it is', async () => {
    const make = 'import random, sys; random.seed(7); sys.stdout.buffer.write(random.randbytes(3_000_001))';
    const { stdout } = await shell(`$RUN -- python3 -c '${make}' | cat`);
    const direct = await shell(`python3 -c '${make}' | cat`);
    assert.equal(stdout.length, 3_000_001);
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    assert.equal(digest(stdout), digest(direct.stdout));
  });

  it('keeps the order of both streams where one pipe takes both, and leaves each its own otherwise', async () => {
    const line = `sh -c 'for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done'`;
    const both = await shell(`$RUN --quiet -- ${line} 2>&1 | cat`);
    assert.equal(
      both.stdout.toString(),
      Array.from({ length: 9 }, (_, index) => `out ${index + 1}\nerr ${index + 1}\n`).join(''),
    );
    const apart = await shell(`{ $RUN --quiet -- ${line} | sed s/^/1:/; } 2>&1 | cat`);
    assert.equal(apart.stdout.toString().match(/^1:out \d$/gm)?.length, 9);
    assert.equal(apart.stdout.toString().match(/^err \d$/gm)?.length, 9);
  });

  it('is the same kind of thing to the command', async () => {
    const ask =
      'import os, stat, sys; print(stat.S_ISFIFO(os.fstat(1).st_mode), os.isatty(1), open("/dev/stdout", "w").write("again\\n") > 0, flush=True)';
    const { stdout, code } = await shell(`$RUN --quiet -- python3 -c '${ask}' | cat`);
    assert.equal(stdout.toString(), 'again\nTrue False True\n');
    assert.equal(code, 0);
  });

  it('ends the command when nobody reads any more, and keeps its exit code', async () => {
    const { stdout } = await shell('$RUN --quiet -- yes | head -2; exit 0');
    assert.equal(stdout.toString(), 'y\ny\n');
    // Killed by SIGPIPE (13), as without us.
    assert.equal((await json()).exitCode, 141);
    await shell(`$RUN --quiet -- sh -c 'echo x; exit 3' | cat`);
    assert.equal((await json()).exitCode, 3);
  });

  it('passes on what a process writes that the command has left behind', async () => {
    const { stdout } = await shell(`$RUN --quiet -- sh -c '(sleep 4; echo late) & echo early' | cat`);
    assert.equal(stdout.toString(), 'early\nlate\n');
    assert.ok((await json()).durationSeconds < 4, 'the measurement ends with the command');
  });

  it('says which process of the run goes on after the command', async () => {
    await writeFile(
      join(folder, 'launcher.sh'),
      `nohup python3 -c 'import time; time.sleep(30)' > /dev/null 2>&1 &\necho $! > pid\nuntil readlink /proc/$!/exe | grep -q python; do sleep 0.05; done\n`,
    );
    const { stderr } = await shell('$RUN -- sh launcher.sh | cat');
    const pid = (await readFile(join(folder, 'pid'), 'utf8')).trim();
    process.kill(Number(pid));
    const { notes } = await json();
    const note = notes.find((each) => each.includes('still running')) ?? '';
    assert.match(
      note,
      new RegExp(`python3 \\(${pid}\\) is still running: the energy that it uses from now on is not included`),
    );
    assert.ok(stderr.includes(note), stderr);
    await shell('$RUN -- python3 -c pass | cat');
    assert.deepEqual(
      (await json()).notes.filter((each) => each.includes('still running')),
      [],
    );
  });

  it('says so of a command that ended before anybody could look at it', async () => {
    const { stderr } = await shell(`$RUN -- sh -c 'sleep 30 > /dev/null 2>&1 & echo $! > pid' | cat`);
    const pid = (await readFile(join(folder, 'pid'), 'utf8')).trim();
    process.kill(Number(pid));
    // The new process may not have become `sleep` yet.
    assert.match(stderr, new RegExp(`The command has ended, but (?:sleep|sh) \\(${pid}\\) is still running`));
  });

  it('says who computes for a command that hands its work on', async () => {
    await writeFile(join(folder, 'docker'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const { stderr } = await shell('$RUN -- ./docker run image python train.py | cat');
    assert.match(stderr, /The command hands its work to the Docker daemon.*--scope machine/);
    assert.ok((await json()).notes.some((note) => note.includes('Docker daemon')));
  });

  it('leaves nothing in the folder for temporary files', async () => {
    await shell('$RUN --quiet -- echo x | cat');
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('green-ml-')),
      [],
    );
  });
});
