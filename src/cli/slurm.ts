import { userInfo } from 'node:os';
import { version } from '../../package.json';
import { linesOfText } from '../present/plain-text';
import { grouped } from '../present/words';
import { groupTables, jobSentences, jobTable } from '../present/report/job-tables';
import type { RunPlace } from '../runs/place';
import { allJobs, groupedJobs, groupings, jobEmissions } from '../runs/slurm/job-groups';
import { jobEnergy, type EnergyTables } from '../runs/slurm/job-energy';
import { clusterOf, isElsewhere, type SlurmCluster } from '../runs/slurm/cluster';
import { idOfJob, jobRun, type JobRun } from '../runs/slurm/job-run';
import { outcomeOf } from '../runs/slurm/jobs';
import { recordJobs, type RecordedJobs } from '../runs/slurm/record-jobs';
import { errorCode } from '../system/files';
import { systemLines } from '../system/spawn';
import { CommandError, type Io } from './io';
import { journalOf } from './journal';
import { resolvePlace, type PlaceOptions } from './place';
import { sharedSettings } from './settings';
import { readCluster, readJobs, type JobQuestion } from './slurm-read';
import { WaitingLine } from './waiting-line';

export interface SlurmOptions extends PlaceOptions {
  readonly user?: string;
  readonly allUsers?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly clusters?: string;
  readonly record?: boolean;
  readonly json?: boolean;
}

/** Who waits for longer wants to know what for. */
const soonMilliseconds = 2000;
/** Without ids, so much of the past is read. */
const usualSince = 'now-7days';

/** Reads the jobs, records them and prints them. @throws CommandError */
export async function reportJobs(ids: readonly string[], options: SlurmOptions, io: Io): Promise<void> {
  const question = questionOf(ids, options);
  const settings = await sharedSettings(io);
  const waiting = new WaitingLine(io);
  const cancel = io.clock.after(soonMilliseconds, () => waiting.show('waiting for sacct …'));
  const [{ jobs, unread }, cluster, place, tables] = await Promise.all([
    readJobs(question, systemLines),
    readCluster(systemLines),
    resolvePlace(options, settings),
    loadTables(),
  ]).finally(() => {
    cancel();
    waiting.dispose();
  });
  const runs = jobs
    .map((job) => {
      const own = clusterOf(job, cluster);
      return jobRun(job, jobEnergy(job, own, tables), own);
    })
    .sort((a, b) => (a.job.start ?? Infinity) - (b.job.start ?? Infinity));
  if (runs.length === 0) throw new CommandError(nothingFound(question, unread));
  const recorded = await record(io, runs, place, options);
  const notes = [
    ...settings.problems,
    ...place.notes,
    ...(unread > 0
      ? [
          `${unread === 1 ? 'One line' : `${unread} lines`} of sacct could not be read and ${unread === 1 ? 'is' : 'are'} left out.`,
        ]
      : []),
    ...elsewhereNotes(runs, cluster),
  ];
  if (options.json === true) {
    const { writeJson } = await import('./writing');
    return writeJson(io.stdout, jsonOf(runs, place, { recorded, notes, question }));
  }
  const width = io.stdout.isTTY === true ? (io.stdout.columns ?? null) : null;
  io.stdout.write(textOf(runs, place, { recorded, notes, width }));
}

function elsewhereNotes(runs: readonly JobRun[], cluster: SlurmCluster): readonly string[] {
  const elsewhere = runs.filter(({ job }) => job.start !== null && isElsewhere(job.cluster, cluster));
  if (elsewhere.length === 0) return [];
  const names = [...new Set(elsewhere.map(({ job }) => job.cluster))].join(', ');
  return [
    `${elsewhere.length === 1 ? 'One job' : `${grouped(elsewhere.length)} jobs`} ran on other clusters (${names}), whose nodes and meters are not known here: run this there to narrow the limits.`,
  ];
}

/** @throws CommandError if an id is not valid */
function questionOf(ids: readonly string[], { user, allUsers, since, until, clusters }: SlurmOptions): JobQuestion {
  const all = ids.flatMap((id) => id.split(',')).filter((id) => id !== '');
  for (const id of all)
    if (!/^\d{1,12}(?:_\d{1,12})?(?:\+\d{1,6})?$/.test(id) || !isJobNumber(Number.parseInt(id, 10)))
      throw new CommandError(`"${id}" is no id of a job; write 123, 123_4 for a task of an array, or 123+1.`);
  for (const text of [user, since, until, clusters])
    if (text === '') throw new CommandError('an option is empty; leave it out or give it a value.');
  // A word that begins with a dash would be an option of sacct.
  if (clusters !== undefined && !/^[\w.][\w.-]*(?:,[\w.][\w.-]*)*$/.test(clusters))
    throw new CommandError(`"${clusters}" is no list of clusters; write their names with commas between them, or all.`);
  return {
    ids: all,
    user: user ?? (allUsers === true || all.length > 0 ? null : ownName()),
    since: since ?? (all.length > 0 ? null : usualSince),
    until: until ?? null,
    clusters: clusters ?? null,
  };
}

/** For `sacct`, 0 is all jobs of everyone; ids have 32 bits, and it takes larger ones for others. */
function isJobNumber(id: number): boolean {
  return id > 0 && id < 2 ** 32;
}

/** The login name of this process; null if its user has none, as in some containers. */
function ownName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

function nothingFound({ ids, user, since, clusters }: JobQuestion, unread: number): string {
  if (unread > 0)
    return `sacct printed ${unread === 1 ? 'one line' : `${unread} lines`} but no job that can be read; see whether sacct is the one of Slurm, and not a script that prints in a form of its own.`;
  const where = clusters === null || clusters === 'all' ? '' : ` on ${clusters} ("sacctmgr list clusters" names all)`;
  if (ids.length > 0)
    return `Slurm's accounting has no job ${ids.join(', ')}${where} that you may see; check the id, and whether the job is older than what the cluster keeps.`;
  return `Slurm's accounting has no jobs${user === null ? '' : ` of ${user}`}${where} since ${since ?? ''}; look further back with --since, or at others with --user or --all-users.`;
}

async function loadTables(): Promise<EnergyTables> {
  const [{ loadAccelerators }, { loadCpus }, { judgeCpuPower }] = await Promise.all([
    import('../data/accelerators'),
    import('../data/cpus'),
    import('../power/tdp'),
  ]);
  const [{ accelerators }, cpus] = await Promise.all([loadAccelerators(), loadCpus()]);
  // The CPUs of a job are a part of some server, as in a virtual machine.
  return { accelerators, cpuPower: (count) => judgeCpuPower(cpus, null, true, count) };
}

/** Own jobs are written each once, those of others only if that was asked for; null if nothing is to be written. */
async function record(
  io: Io,
  runs: readonly JobRun[],
  place: RunPlace,
  { record: wanted }: SlurmOptions,
): Promise<RecordedJobs | null> {
  if (wanted === false) return null;
  const own = ownName();
  const chosen = wanted === true ? runs : runs.filter(({ job }) => own !== null && job.user === own);
  if (chosen.length === 0) return { written: 0, known: 0 };
  const say = (sentence: string): void => void io.stderr.write(`green-ml: ${sentence}\n`);
  const journal = journalOf(io, say);
  if (journal === null) return null;
  try {
    return await recordJobs(chosen, journal, {
      place,
      recorder: { pid: process.pid, version },
      uid: process.getuid?.() ?? null,
      again: wanted === true,
    });
  } catch (error) {
    say(
      `the jobs cannot be written to ${journal.folder} (${errorCode(error) ?? String(error)}); check its permissions, or use --no-record.`,
    );
    return null;
  }
}

interface Answer {
  readonly recorded: RecordedJobs | null;
  readonly notes: readonly string[];
}

function textOf(
  runs: readonly JobRun[],
  place: RunPlace,
  { recorded, notes, width }: Answer & { readonly width: number | null },
): string {
  const parts = [
    jobTable(runs, place, width),
    groupTables(runs, place, width),
    `${linesOfText([...jobSentences(allJobs(runs, place), runs, place), ...notes, ...recordedSentence(recorded)])}\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function recordedSentence(recorded: RecordedJobs | null): readonly string[] {
  if (recorded === null || recorded.written === 0) return [];
  return [
    `${recorded.written === 1 ? 'One job was' : `${recorded.written} jobs were`} written into the journal; see "green-ml runs list".`,
  ];
}

/** What `--json` prints; numbers are not rounded. */
function jsonOf(
  runs: readonly JobRun[],
  place: RunPlace,
  { recorded, notes, question }: Answer & { readonly question: JobQuestion },
): object {
  return {
    version: 1,
    since: question.since,
    until: question.until,
    intensity: place.intensity,
    pue: place.pue,
    pueFrom: place.pueFrom,
    jobs: jobsJson(runs, place),
    total: groupJson(allJobs(runs, place)),
    ...Object.fromEntries(
      groupings.map((by) => [
        `by${by.charAt(0).toUpperCase()}${by.slice(1)}`,
        groupedJobs(runs, by, place).map(groupJson),
      ]),
    ),
    recorded,
    notes,
  };
}

/** One by one, because those of a large cluster are hundreds of megabytes of text. */
function* jobsJson(runs: readonly JobRun[], place: RunPlace): Iterable<object> {
  const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  const hours = (joules: number | null): number | null => (joules === null ? null : joules / 3600);
  for (const run of runs) {
    yield {
      ...run.facts,
      name: run.job.name,
      outcome: outcomeOf(run.job),
      startedAt: iso(run.job.start),
      endedAt: outcomeOf(run.job) === 'running' ? null : iso(run.job.end),
      durationSeconds: run.job.start === null ? null : run.job.seconds,
      exitCode: run.job.exitCode,
      signal: run.job.signal,
      energyWh:
        run.energy.total === null
          ? null
          : {
              total: hours(run.energy.total.value),
              low: hours(run.energy.total.low),
              high: hours(run.energy.total.high),
              cpu: hours(run.energy.cpu),
              gpu: hours(run.energy.gpu),
              memory: hours(run.energy.memory),
            },
      emissionsGrams: jobEmissions(run, place),
      measured: run.energy.isMeasured,
      sources: run.energy.sources,
      missing: run.energy.missing,
      notes: run.energy.notes,
      run: run.job.start === null ? null : idOfJob(run.job, run.job.start),
    };
  }
}

function groupJson({ energy, emissions, ...rest }: ReturnType<typeof allJobs>): object {
  const of = (estimate: typeof energy): object | null => estimate;
  return { ...rest, energyWh: of(energy), emissionsGrams: of(emissions) };
}
