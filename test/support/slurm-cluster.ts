import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Nothing in the cluster takes as long. */
const patienceMilliseconds = 60_000;

/** The power that the counter of the node shows, watts. */
export const nodeWatts = 200;

/** Why no cluster can be started here; null if it can. */
export function noSlurm(): string | null {
  const root = process.env['GREEN_ML_SLURM'] ?? '';
  if (root === '') return 'needs Debian packages of Slurm: run the tests with npm test on Debian or Ubuntu';
  if (!existsSync(join(root, 'usr', 'sbin', 'slurmctld'))) return `there is no Slurm in ${root}`;
  return process.getuid?.() === 0 ? null : 'needs root, as the daemons of Slurm do';
}

/** Other users than us can start a namespace in which the node has a counter, as on a Cray. */
const hasNamespaces = (): boolean => spawnSync('unshare', ['--mount', 'true']).status === 0;

/**
 * A real Slurm on this machine and its loopback: controller, node, accounting with its database. Its node has four CPUs
 * and two GPUs by name only, and the energy counter of a Cray with a known power.
 */
export class SlurmCluster {
  readonly env: NodeJS.ProcessEnv;
  /** Whether Slurm measures energy. */
  readonly measures = hasNamespaces();
  private readonly daemons: ChildProcess[] = [];

  private constructor(
    private readonly root: string,
    readonly folder: string,
  ) {
    const libraries = readdirSync(join(root, 'usr', 'lib')).filter((name) => name.endsWith('-linux-gnu'));
    const [library = ''] = libraries.map((name) => join(root, 'usr', 'lib', name));
    this.plugins = join(library, 'slurm-wlm');
    this.env = {
      SLURM_CONF: join(folder, 'slurm.conf'),
      LD_LIBRARY_PATH: `${library}:${this.plugins}`,
      PATH: `${join(root, 'usr', 'bin')}:${join(root, 'usr', 'sbin')}:${process.env['PATH'] ?? ''}`,
    };
  }

  private readonly plugins: string;

  /**
   * @param changes settings of slurm.conf
   * @param files more files beside it, by name
   */
  static async start(
    changes: Readonly<Record<string, string>> = {},
    files: Readonly<Record<string, string>> = {},
  ): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(
      process.env['GREEN_ML_SLURM'] ?? '',
      mkdtempSync(join(tmpdir(), 'green-ml-slurm-')),
    );
    try {
      for (const [name, text] of Object.entries(files)) await writeFile(join(cluster.folder, name), text);
      await cluster.open(changes);
      return cluster;
    } catch (error) {
      const state = cluster.state();
      await cluster.stop();
      throw new Error(`${String(error)}\n${state}`);
    }
  }

  /** Runs a command of Slurm to its end and gives its output. */
  run(command: string, ...args: readonly string[]): string {
    return execFileSync(command, args, { env: { ...process.env, ...this.env }, encoding: 'utf8', stdio: 'pipe' });
  }

  /** Runs SQL in the database of the accounting. */
  sql(statements: string): string {
    const login = ['--no-defaults', `--socket=${join(this.folder, 'sql.socket')}`, '--user=root', 'slurm_acct_db'];
    return this.run('mariadb', ...login, '--batch', '--skip-column-names', `--execute=${statements}`);
  }

  /** Submits a job and gives its id. */
  submit(...args: readonly string[]): string {
    return this.submitWith({}, ...args);
  }

  /** Submits a job that inherits these environment variables. */
  submitWith(env: NodeJS.ProcessEnv, ...args: readonly string[]): string {
    const all = ['--parsable', '--output=/dev/null', ...args];
    return execFileSync('sbatch', all, { env: { ...process.env, ...this.env, ...env }, encoding: 'utf8' }).trim();
  }

  /** Waits until none of these jobs is in the queue, and all are in the accounting with an end and all else: its name may come later. */
  async ended(...ids: readonly string[]): Promise<void> {
    await this.until(`the end of jobs ${ids.join(', ')}`, () => {
      const states = this.run('sacct', '-n', '-P', '-X', '-o', 'State,End,Partition', '-j', ids.join(','))
        .trim()
        .split('\n');
      return (
        states.length >= ids.length &&
        states.every((state) => /^(?!PENDING|RUNNING|REQUEUED)[A-Z].*\|\d[^|]*\|./.test(state))
      );
    });
  }

  /** Waits until the accounting says that a job runs. */
  runs(id: string): Promise<void> {
    const ask = ['-n', '-P', '-X', '-o', 'State', '-j', id];
    return this.until(`job ${id} to run`, () => this.run('sacct', ...ask).trim() === 'RUNNING');
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const end = Date.now() + patienceMilliseconds;
    for (;;) {
      try {
        if (holds()) return;
      } catch {
        // A daemon that does not answer yet.
      }
      if (Date.now() > end) assert.fail(`waited in vain for ${what}\n${this.state()}`);
      await wait(100);
    }
  }

  /** What a person would look at where something does not come. */
  private state(): string {
    const ask = (command: string, ...args: readonly string[]): string =>
      spawnSync(command, args, { env: { ...process.env, ...this.env }, encoding: 'utf8' }).stdout;
    const logs = readdirSync(this.folder).filter((name) => name.endsWith('.log'));
    return [
      ask('squeue', '-o', '%i %T %r'),
      ask('sinfo', '-o', '%T %E'),
      ask('sacct', '-n', '-P', '-o', 'JobID,State,Start,End'),
      ...logs.map((name) => `${name}: ${readFileSync(join(this.folder, name), 'utf8').slice(-1500)}`),
    ].join('\n');
  }

  async stop(): Promise<void> {
    spawnSync('scancel', ['--user=root'], { env: { ...process.env, ...this.env }, stdio: 'ignore' });
    await this.until('an empty queue', () => this.run('squeue', '-h').trim() === '').catch(() => undefined);
    for (const daemon of this.daemons.reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const ended = new Promise((resolve) => daemon.once('exit', resolve));
      daemon.kill('SIGTERM');
      await Promise.race([ended, wait(5000, undefined, { ref: false })]);
      daemon.kill('SIGKILL');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private daemon(name: string, command: string, ...args: readonly string[]): void {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const env = { ...process.env, ...this.env, MYSQL_UNIX_PORT: join(this.folder, 'sql.socket') };
    this.daemons.push(spawn(command, args, { env, stdio: ['ignore', log, log], cwd: this.folder }));
  }

  private async open(changes: Readonly<Record<string, string>>): Promise<void> {
    const { folder, root } = this;
    for (const name of ['sql', 'state', 'spool', 'munge']) await mkdir(join(folder, name));
    await this.writeConfiguration(changes);
    const munge = (name: string): string => join(folder, 'munge', name);
    await writeFile(munge('key'), Buffer.alloc(1024, 'a key for tests only'), { mode: 0o600 });
    await chmod(folder, 0o755);
    this.daemon(
      'munged',
      'munged',
      ...['--foreground', '--force', `--key-file=${munge('key')}`, `--socket=${munge('socket')}`],
      ...[`--pid-file=${munge('pid')}`, `--log-file=${munge('log')}`, `--seed-file=${munge('seed')}`],
    );
    const base = ['--no-defaults', `--basedir=${join(root, 'usr')}`, `--datadir=${join(folder, 'sql')}`, '--user=root'];
    this.run('mariadb-install-db', ...base, '--auth-root-authentication-method=normal', '--skip-test-db');
    this.daemon(
      'mariadbd',
      'mariadbd',
      ...[
        ...base,
        `--socket=${join(folder, 'sql.socket')}`,
        '--skip-networking',
        `--pid-file=${join(folder, 'sql.pid')}`,
      ],
    );
    await this.until('the database', () => existsSync(join(folder, 'sql.socket')) && existsSync(munge('socket')));
    this.daemon('slurmdbd', 'slurmdbd', '-D');
    await this.until('slurmdbd', () => this.run('sacctmgr', '-i', 'add', 'cluster', 'test') !== '');
    this.daemon('slurmctld', 'slurmctld', '-D', '-c');
    const script = join(folder, 'node.sh');
    if (this.measures) this.daemon('slurmd', 'unshare', '--mount', 'sh', script);
    else this.daemon('slurmd', 'sh', script);
    await this.until('an idle node', () => this.run('sinfo', '-h', '-o', '%T').split('\n')[0] === 'idle');
  }

  private async writeConfiguration(changes: Readonly<Record<string, string>>): Promise<void> {
    const { folder, plugins } = this;
    const host = hostname();
    const munge = join(folder, 'munge', 'socket');
    // Below the ports that the system gives to outgoing connections.
    const port = 20_000 + (process.pid % 4000) * 3;
    const settings = {
      ClusterName: 'test',
      SlurmctldHost: `${host}(127.0.0.1)`,
      SlurmctldPort: String(port),
      SlurmdPort: String(port + 1),
      AuthType: 'auth/munge',
      // A job that is put back into the queue starts again after the life of its credential, of 2 minutes by default.
      AuthInfo: `socket=${munge},cred_expire=10`,
      SlurmUser: 'root',
      StateSaveLocation: join(folder, 'state'),
      SlurmdSpoolDir: join(folder, 'spool'),
      SlurmctldPidFile: join(folder, 'slurmctld.pid'),
      SlurmdPidFile: join(folder, 'slurmd.pid'),
      SlurmdParameters: 'config_overrides',
      PluginDir: plugins,
      ProctrackType: 'proctrack/linuxproc',
      TaskPlugin: 'task/none',
      SelectType: 'select/cons_tres',
      SelectTypeParameters: 'CR_CPU_Memory',
      AccountingStorageType: 'accounting_storage/slurmdbd',
      AccountingStorageHost: '127.0.0.1',
      AccountingStoragePort: String(port + 2),
      AccountingStoragePass: munge,
      AccountingStorageTRES: 'gres/gpu,gres/gpu:a100',
      JobAcctGatherType: 'jobacct_gather/linux',
      JobAcctGatherFrequency: 'task=1,energy=1',
      AcctGatherEnergyType: `acct_gather_energy/${this.measures ? 'pm_counters' : 'none'}`,
      AcctGatherNodeFreq: '1',
      SchedulerParameters: 'batch_sched_delay=0,sched_interval=1,bf_interval=1',
      MinJobAge: '2',
      KillWait: '1',
      OverTimeLimit: '0',
      GresTypes: 'gpu',
      ...changes,
    };
    const lines = [
      ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=4000 Gres=gpu:a100:2 State=UNKNOWN`,
      `PartitionName=main Nodes=${host} Default=YES DefMemPerCPU=100 MaxTime=INFINITE State=UP`,
      `PartitionName=alone Nodes=${host} OverSubscribe=EXCLUSIVE MaxTime=INFINITE State=UP`,
    ];
    await writeFile(join(folder, 'slurm.conf'), `${lines.join('\n')}\n`);
    await writeFile(
      join(folder, 'gres.conf'),
      'Name=gpu Type=a100 File=/dev/null\nName=gpu Type=a100 File=/dev/zero\n',
    );
    const database = {
      AuthType: 'auth/munge',
      AuthInfo: `socket=${munge}`,
      DbdHost: host,
      DbdAddr: '127.0.0.1',
      DbdPort: String(port + 2),
      SlurmUser: 'root',
      StorageType: 'accounting_storage/mysql',
      StorageHost: 'localhost',
      StorageUser: 'root',
      PidFile: join(folder, 'slurmdbd.pid'),
      PluginDir: plugins,
    };
    const text = Object.entries(database).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(folder, 'slurmdbd.conf'), text.join(''), { mode: 0o600 });
    await writeFile(join(folder, 'node.sh'), this.nodeScript());
  }

  /** In a namespace of its own, `/sys` has the counter of a Cray: only the node and its jobs see it. */
  private nodeScript(): string {
    const sys = join(this.folder, 'sys');
    const counters = '/sys/cray/pm_counters';
    const counter = `mkdir -p ${sys} && mount -t tmpfs none ${sys} && mkdir -p ${sys}/cray/pm_counters
echo '100000 J' > ${sys}/cray/pm_counters/energy; echo '${nodeWatts} W' > ${sys}/cray/pm_counters/power
for each in /sys/*; do mkdir -p ${sys}/\${each#/sys/}; mount --rbind $each ${sys}/\${each#/sys/}; done
mount --rbind ${sys} /sys
node=$$
(joules=100000; while kill -0 $node; do
  sleep 0.1; joules=$((joules + ${nodeWatts / 10})); echo "$joules J" > ${counters}/new; mv ${counters}/new ${counters}/energy
done) 2> /dev/null &
`;
    return `${this.measures ? counter : ''}exec slurmd -D -d ${join(this.root, 'usr', 'sbin', 'slurmstepd')}\n`;
  }
}
