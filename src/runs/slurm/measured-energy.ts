import type { SlurmJob, SlurmStep } from './jobs';

/** The energy that Slurm measured for a job. */
interface MeasuredEnergy {
  readonly joules: number;
  /** The part of the job's nodes and time that it is for, 0 to 1. */
  readonly covered: number;
}

/** What was measured, or why nothing can be used of it. */
type Measurement = MeasuredEnergy | { readonly problem: string; readonly isImpossible?: true };

/** No node draws more on average, not even a rack's tray with eight accelerators of 1400 W. */
export const mostWattsPerNode = 20_000;
/** Steps start and end within the same second; this much less is nothing less. */
const almostAll = 0.97;
/** A job with thousands of steps: the longest ones tell enough. */
const mostSteps = 400;

/**
 * The energy of a job from its steps. Slurm reads the energy of whole nodes for each step, so steps that were on the same
 * node at the same time have the same energy and only one of them counts: `extern` is all of the job where the cluster
 * has it, `batch` is only its first node, and the figure of the job itself adds up steps even if they overlap.
 */
export function measuredEnergy(job: SlurmJob): Measurement {
  const whole = job.nodeCount * job.seconds;
  if (whole <= 0) return { problem: 'it did not run' };
  const found = fromSteps(job, whole) ?? fromJob(job);
  if (found === null) return { problem: 'Slurm has no energy for it' };
  if (found.joules > mostWattsPerNode * whole * Math.max(found.covered, 1 / job.nodeCount))
    return { problem: 'the energy that Slurm has for it is impossible', isImpossible: true };
  return found;
}

function fromJob({ joules }: SlurmJob): MeasuredEnergy | null {
  return joules === null ? null : { joules, covered: 1 };
}

function fromSteps(job: SlurmJob, whole: number): MeasuredEnergy | null {
  const nodeSeconds = (step: SlurmStep): number =>
    step.seconds * (step.name === 'extern' ? job.nodeCount : Math.max(1, step.nodes.length));
  const known = job.steps
    .filter(({ joules, seconds }) => joules !== null && seconds > 0)
    .sort((a, b) => nodeSeconds(b) - nodeSeconds(a))
    .slice(0, mostSteps);
  const chosen: SlurmStep[] = [];
  for (const step of known) if (!chosen.some((other) => overlap(step, other))) chosen.push(step);
  if (chosen.length === 0) return null;
  const covered = chosen.reduce((sum, step) => sum + nodeSeconds(step), 0) / whole;
  return {
    joules: chosen.reduce((sum, { joules }) => sum + (joules ?? 0), 0),
    covered: covered >= almostAll ? 1 : covered,
  };
}

/** Whether two steps were on the same node at the same time. */
function overlap(a: SlurmStep, b: SlurmStep): boolean {
  const end = ({ start, seconds }: SlurmStep): number => (start ?? 0) + seconds * 1000;
  const isApart = a.start !== null && b.start !== null && (end(a) <= b.start || end(b) <= a.start);
  if (isApart) return false;
  if (a.name === 'extern' || b.name === 'extern' || a.nodes.length === 0 || b.nodes.length === 0) return true;
  const nodes = new Set(a.nodes);
  return b.nodes.some((node) => nodes.has(node));
}
