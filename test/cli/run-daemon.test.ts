import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEndMilliseconds, settleMilliseconds } from '../../src/runs/measuring/daemon-work';
import type { RunRecord } from '../../src/runs/record';
import { skip } from '../support/skip';
import { greenMl } from './support';

/**
 * A service that works for 4 s for each client that asks it by its socket, and the load of a machine on which nobody else
 * works: so that what others do on this one while the test runs is not in it. With `always` it works for nobody as well.
 */
const service = `
import os, socket, sys, threading, time
folder, always = sys.argv[1], len(sys.argv) > 2
busy, working, lock = 0.0, always, threading.Lock()
def count():
    global busy
    began = last = time.monotonic()
    while True:
        now = time.monotonic()
        busy += (now - last) * (1.0 if working else 0.02)
        last = now
        whole, ticks = int((now - began) * 100) + 100000, int(busy * 100)
        with open(folder + "/proc/stat.new", "w") as file:
            file.write(f"cpu  {ticks} 0 0 {2 * whole - ticks} 0 0 0 0 0 0\\n")
            file.write(f"cpu0 {ticks} 0 0 {whole - ticks} 0 0 0 0 0 0\\ncpu1 0 0 0 {whole} 0 0 0 0 0 0\\n")
        os.rename(folder + "/proc/stat.new", folder + "/proc/stat")
        time.sleep(0.01)
threading.Thread(target=count, daemon=True).start()
server = socket.socket(socket.AF_UNIX)
server.bind(folder + "/socket")
server.listen()
while not os.path.exists(folder + "/proc/stat"): time.sleep(0.01)
print("ready", flush=True)
while True:
    client, _ = server.accept()
    working = True
    end = time.monotonic() + 4
    while time.monotonic() < end: sum(range(1000))
    working = always
    client.close()
`;

const client = `
import socket, sys
asked = socket.socket(socket.AF_UNIX)
asked.connect(sys.argv[1])
asked.recv(1)
`;

describe('cli/run and work that a service does', function () {
  this.timeout(60_000);
  let folder: string;
  let daemon: ChildProcess | null = null;

  before(function () {
    if (process.platform !== 'linux')
      skip(this, 'the load of the machine is given by a folder in place of /proc, which other systems do not have');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-daemon-'));
    await mkdir(join(folder, 'proc'));
    for (const file of ['cpuinfo', 'meminfo']) await copyFile(join('/proc', file), join(folder, 'proc', file));
    await writeFile(join(folder, 'client.py'), client);
  });
  afterEach(async () => {
    daemon?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(...options: string[]): Promise<void> {
    daemon = spawn('python3', ['-c', service, folder, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
    if (daemon.stdout !== null) await once(daemon.stdout, 'data');
  }

  async function run(...command: string[]): Promise<{ readonly record: RunRecord; readonly stderr: string }> {
    const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
    const { stderr } = await greenMl(
      ['run', '--path.procfs', join(folder, 'proc'), '--json', join(folder, 'run.json'), '--', ...command],
      env,
    );
    return { stderr, record: JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord };
  }

  it('says that the run used little of the machine, which was busy exactly as long', async () => {
    await start();
    const { record, stderr } = await run('python3', join(folder, 'client.py'), join(folder, 'socket'));
    assert.ok((record.energyWh.total ?? NaN) < 0.1 * (record.machineWh.total ?? NaN));
    const note = record.notes.find((each) => each.startsWith('This run used')) ?? '';
    assert.match(
      note,
      /^This run used .+ of the .+ of the machine\. Other processes were busy for exactly as long as it ran\. .*--scope machine/,
      JSON.stringify(record),
    );
    assert.ok(stderr.includes(note), stderr);
    // The look at the time after it is not a part of it.
    assert.ok(Date.now() - Date.parse(record.endedAt) >= settleMilliseconds + afterEndMilliseconds);
    assert.ok(
      record.durationSeconds <
        (Date.now() - Date.parse(record.startedAt) - settleMilliseconds - afterEndMilliseconds) / 1000,
    );
  });

  it('says nothing of a command that sleeps beside the constant work of others', async () => {
    await start('always');
    const { record, stderr } = await run('sleep', '4');
    assert.deepEqual(
      record.notes.filter((each) => each.startsWith('This run used')),
      [],
    );
    assert.doesNotMatch(stderr, /This run used/);
  });

  it('says nothing of a command that sleeps while the machine rests', async () => {
    await start();
    const { record } = await run('sleep', '3');
    assert.deepEqual(
      record.notes.filter((each) => each.startsWith('This run used')),
      [],
    );
  });
});
