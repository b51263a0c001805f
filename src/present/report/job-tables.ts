import {
  groupedJobs,
  groupings,
  isModelledJob,
  jobEmissions,
  jobWattHours,
  type JobGroup,
} from '../../runs/slurm/job-groups';
import type { JobRun } from '../../runs/slurm/job-run';
import { mostWattsPerNode } from '../../runs/slurm/measured-energy';
import { outcomeOf } from '../../runs/slurm/jobs';
import { gridInWords } from '../../runs/describe';
import type { RunPlace } from '../../runs/place';
import { about, co2e, energyWithin, massWithin } from '../quantities';
import { columns } from '../text-table';
import {
  asSentence,
  countedInText,
  dayAndClock,
  formatDuration,
  formatEnergy,
  formatMass,
  formatShare,
  toDigits,
} from '../words';

/** Jobs of a cluster as text. */

/** Jobs in a table; the newest ones if there are more. */
const jobsShown = 40;
/** The name of a job can have thousands of characters, and all lines are as wide as the widest one. */
const charactersOfName = 200;

/** One line a job, the newest last; `width` is that of the terminal. */
export function jobTable(runs: readonly JobRun[], place: RunPlace, width: number | null): string {
  const shown = runs.slice(-jobsShown);
  const hasClusters = new Set(runs.map(({ job }) => job.cluster)).size > 1;
  const table = columns(
    [
      ...(hasClusters ? ['Cluster'] : []),
      'Job',
      'Name',
      'User',
      'State',
      'Started',
      'Time',
      'Nodes',
      'GPUs',
      'Energy',
      co2e,
    ],
    shown.map((run) => [
      ...(hasClusters ? [run.job.cluster ?? ''] : []),
      run.job.id,
      run.job.name.length > charactersOfName ? `${run.job.name.slice(0, charactersOfName)}…` : run.job.name,
      run.job.user ?? '',
      run.job.state,
      run.job.start === null ? '' : dayAndClock(new Date(run.job.start)),
      run.job.start === null ? '' : run.job.seconds === 0 ? '< 1 s' : formatDuration(run.job.seconds),
      run.job.start === null ? '' : String(run.job.nodeCount),
      run.facts.gpus === 0 ? '' : `${run.facts.gpus ?? ''}${run.facts.gpuType === null ? '' : ` ${run.facts.gpuType}`}`,
      energyText(jobWattHours(run), isModelledJob(run)),
      emissionsText(jobEmissions(run, place), isModelledJob(run)),
    ]),
    [5, 6, 8, 9].map((column) => column + Number(hasClusters)),
    { width, column: 1 + Number(hasClusters) },
  );
  const more = runs.length - shown.length;
  return more > 0 ? `${table}… and ${countedInText(more, 'earlier job')}; --json has all of them.\n` : table;
}

function energyText(energy: { value: number; low: number; high: number } | null, isAbout: boolean): string {
  return energy === null ? formatEnergy(null) : about(isAbout, energyWithin(energy.value, energy).value);
}

function emissionsText(grams: { value: number; low: number; high: number } | null, isAbout: boolean): string {
  return grams === null ? formatMass(null) : about(isAbout, massWithin(grams.value, grams).value);
}

const groupTitles = {
  cluster: 'Cluster',
  user: 'User',
  group: 'Group',
  account: 'Account',
  partition: 'Partition',
} as const;

/** Groups in a table. */
const groupsShown = 20;

/** A table by cluster, user, group, account and partition each, where there is more than one. */
export function groupTables(runs: readonly JobRun[], place: RunPlace, width: number | null): string {
  return groupings
    .map((by) => ({ by, groups: groupedJobs(runs, by, place) }))
    .filter(({ groups }) => groups.length > 1)
    .map(({ by, groups }) => {
      const table = columns(
        [
          groupTitles[by],
          'Jobs',
          'Energy',
          co2e,
          'Failed',
          'Cancelled',
          'CPUs used',
          'Memory used',
          'GPU hours',
          'Unused',
        ],
        groups.slice(0, groupsShown).map((group) => [group.name ?? 'none', ...groupCells(group)]),
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        { width, column: 0 },
      );
      const more = groups.length - groupsShown;
      return more > 0 ? `${table}… and ${more} more; --json has all of them.\n` : table;
    })
    .join('\n');
}

function groupCells(group: JobGroup): readonly string[] {
  const { energy, emissions, isModelled, jobs, failed, cancelled, cpuSeconds, gigabyteHours, gpuHours } = group;
  const part = (used: number, given: number): string => (given > 0 ? formatShare(used / given) : '');
  return [
    String(jobs),
    energyText(energy, isModelled),
    emissionsText(emissions, isModelled),
    failed.jobs === 0 ? '' : `${failed.jobs}${energyPart(failed.wattHours, energy?.value ?? null)}`,
    cancelled.jobs === 0 ? '' : `${cancelled.jobs}${energyPart(cancelled.wattHours, energy?.value ?? null)}`,
    part(cpuSeconds.used, cpuSeconds.given),
    part(gigabyteHours.used, gigabyteHours.given),
    gpuHours.given === 0 ? '' : toDigits(gpuHours.given, 3),
    gpuHours.unused === null || gpuHours.given === 0 ? '' : toDigits(gpuHours.unused, 3),
  ];
}

/** " (12 % of the energy)" */
function energyPart(wattHours: number | null, all: number | null): string {
  return wattHours === null || all === null || all <= 0 ? '' : ` (${formatShare(wattHours / all)})`;
}

/** What all jobs used, in sentences. */
export function jobSentences(group: JobGroup, runs: readonly JobRun[], place: RunPlace): readonly string[] {
  const { jobs, energy, failed, cancelled, cpuSeconds, gigabyteHours, gpuHours } = group;
  const waiting = runs.filter(({ job }) => job.start === null && outcomeOf(job) === 'waiting').length;
  const lost = [
    ...(failed.jobs > 0 ? [`${failed.jobs} failed${energyPart(failed.wattHours, energy?.value ?? null)}`] : []),
    ...(cancelled.jobs > 0
      ? [`${cancelled.jobs} cancelled${energyPart(cancelled.wattHours, energy?.value ?? null)}`]
      : []),
  ];
  return [
    jobs === 0 ? 'None of the jobs has started.' : `${countedInText(jobs, 'job')}: ${energySentence(group, place)}.`,
    ...(lost.length > 0 ? [`${lost.join(', ')}; in brackets is their share of the energy.`] : []),
    ...(cpuSeconds.given > 0
      ? [`CPUs: ${formatShare(cpuSeconds.used / cpuSeconds.given)} of the CPU time that the jobs were given was used.`]
      : []),
    ...(gigabyteHours.given > 0
      ? [
          `Memory: at most ${formatShare(gigabyteHours.used / gigabyteHours.given)} of what the jobs were given was used.`,
        ]
      : []),
    ...gpuSentence(gpuHours),
    ...(waiting > 0 ? [`${countedInText(waiting, 'job')} ${waiting === 1 ? 'waits' : 'wait'} to start.`] : []),
    ...measuredSentences(group, runs),
  ].map(asSentence);
}

/** "~3.2 kWh (1.9 to 5.2 kWh), ~1.1 kg CO₂e at 381 g/kWh (DE, 2025, lifecycle)", with who set the place and the PUE. */
function energySentence({ energy, emissions, isModelled }: JobGroup, place: RunPlace): string {
  if (energy === null) return 'energy unknown';
  const { value, range } = energyWithin(energy.value, energy);
  const used = `${about(isModelled, value)}${range === null ? '' : ` (${range})`}`;
  if (emissions === null || place.intensity === null) return used;
  return `${used}, ${emissionsText(emissions, isModelled)} ${co2e} at ${gridInWords(place)}`;
}

function gpuSentence({ given, unused, failed }: JobGroup['gpuHours']): readonly string[] {
  if (given === 0) return [];
  const known =
    unused === null
      ? 'Slurm does not record here whether they were used'
      : `${toDigits(unused, 3)} of them with GPUs that were never seen in use`;
  return [
    `GPUs: ${toDigits(given, 3)} GPU hours; ${known}${failed > 0 ? `; ${toDigits(failed, 3)} in jobs that failed` : ''}.`,
  ];
}

function measuredSentences({ jobs, jobsWithoutEnergy }: JobGroup, runs: readonly JobRun[]): readonly string[] {
  if (jobs === 0) return [];
  const started = runs.filter(({ job }) => job.start !== null);
  const measured = started.filter(({ energy }) => energy.isMeasured).length;
  const shared = started.filter(({ energy, facts }) => energy.isMeasured && facts.exclusive !== true).length;
  const refused = started.filter(({ energy }) => energy.isRefused === true).length;
  const lost = started.filter(({ job }) => job.isEndLost).length;
  return [
    measured === jobs - jobsWithoutEnergy && jobs > 0
      ? 'Slurm measured the energy; idle power of the nodes is included.'
      : measured === 0
        ? `Slurm measured no energy here${refused > 0 ? ' that can be used' : ' (0 means that it does not measure)'}: figures are modelled from CPU time, memory and GPU types, and include idle power.`
        : `Slurm measured the energy of ${measured} of ${jobs} jobs; the rest is modelled.`,
    ...(refused > 0
      ? [
          `Slurm has an impossible energy for ${countedInText(refused, 'job')}, more than ${mostWattsPerNode / 1000} kW a node.`,
        ]
      : []),
    ...(shared > 0
      ? [
          `${countedInText(shared, 'job')} may have shared nodes. Slurm counts all of a node's energy to each of its jobs, so these have a share of it, with wide limits.`,
        ]
      : []),
    ...(lost > 0
      ? [
          `Slurm has lost the end of ${countedInText(lost, 'job')}, which ${lost === 1 ? 'counts' : 'count'} until the time limit; see "sacctmgr show runawayjobs".`,
        ]
      : []),
    ...(jobsWithoutEnergy > 0 ? [`The energy of ${countedInText(jobsWithoutEnergy, 'job')} is unknown.`] : []),
  ];
}
