import { scopeSetting } from '../settings/scope';
import { invocationOf, invocationsIn, type Invocation } from '../command/command-words';

/** Where a client's work is done: its own processes are not the ones that compute. */
interface Handed {
  /** The subcommands that hand over work; all if absent. */
  readonly subcommands?: readonly string[];
  readonly to: string;
}

const containers = ['run', 'exec', 'start', 'restart', 'create', 'build', 'buildx', 'compose', 'container', 'up'];

/** Clients, by their programs' names. */
const clients: Readonly<Record<string, Handed>> = {
  docker: { subcommands: containers, to: 'the Docker daemon' },
  'docker-compose': { to: 'the Docker daemon' },
  podman: { subcommands: containers, to: 'a container of Podman' },
  nerdctl: { subcommands: containers, to: 'containerd' },
  lxc: { subcommands: ['exec', 'launch', 'start'], to: 'the LXD daemon' },
  incus: { subcommands: ['exec', 'launch', 'start'], to: 'the Incus daemon' },
  vagrant: { to: 'a virtual machine' },
  multipass: { to: 'a virtual machine' },
  limactl: { to: 'a virtual machine' },
  wsl: { to: 'WSL' },
  flatpak: { subcommands: ['run'], to: 'a sandbox of Flatpak' },
  snap: { subcommands: ['run'], to: 'a sandbox of snapd' },
  'systemd-run': { to: 'systemd' },
  machinectl: { to: 'systemd' },
  ssh: { to: 'another machine' },
  mosh: { to: 'another machine' },
  rsh: { to: 'another machine' },
  srun: { to: 'Slurm' },
  sbatch: { to: 'Slurm' },
  salloc: { to: 'Slurm' },
  qsub: { to: 'the batch system' },
  bsub: { to: 'the batch system' },
  condor_submit: { to: 'HTCondor' },
  flux: { subcommands: ['run', 'submit', 'batch'], to: 'Flux' },
  kubectl: { subcommands: ['run', 'exec', 'apply', 'create', 'wait', 'debug'], to: 'Kubernetes' },
  oc: { subcommands: ['run', 'exec', 'apply', 'create', 'rsh'], to: 'OpenShift' },
  runai: { to: 'Run:ai' },
  ray: { subcommands: ['job', 'submit', 'exec'], to: 'a Ray cluster' },
  dask: { to: 'a Dask cluster' },
  'spark-submit': { to: 'Spark' },
  modal: { subcommands: ['run', 'deploy', 'serve'], to: 'Modal' },
  sky: { subcommands: ['launch', 'exec', 'jobs', 'serve'], to: 'a cloud' },
  gcloud: { subcommands: ['ai', 'ai-platform', 'compute', 'run', 'dataproc'], to: 'Google Cloud' },
  aws: { subcommands: ['sagemaker', 'batch', 'ecs', 'emr', 'ssm'], to: 'AWS' },
  az: { subcommands: ['ml', 'batch', 'container', 'vm'], to: 'Azure' },
  kaggle: { subcommands: ['kernels', 'k'], to: 'Kaggle' },
  databricks: { to: 'Databricks' },
  pueue: { subcommands: ['add'], to: 'the Pueue daemon' },
  at: { to: 'the at daemon' },
  launchctl: { to: 'launchd' },
};

/**
 * Where a command's work is done if it hands it over, for display; null for a command that computes itself.
 *
 * @param words the command as an argument list, or the line of a shell
 */
export function workElsewhere(words: readonly string[] | string): string | null {
  const invocations = typeof words === 'string' ? invocationsIn(words) : invocationOf(words);
  for (const invocation of invocations) {
    const to = handedTo(invocation);
    if (to !== null) return to;
  }
  return null;
}

function handedTo({ name, args, behind }: Invocation): string | null {
  if (behind.includes('srun')) return 'Slurm';
  const client = Object.hasOwn(clients, name) ? clients[name] : undefined;
  if (client === undefined) return null;
  const sub = args.find((arg) => !arg.startsWith('-'));
  // Only prints information: `docker --version`, `ssh -V`.
  if (sub === undefined && client.to !== 'WSL') return null;
  if (client.subcommands !== undefined && !client.subcommands.some((each) => args.includes(each))) return null;
  return client.to;
}

/** The note of a record whose command hands over its work. */
export function elsewhereNote(to: string): string {
  return `The command hands its work to ${to}, whose processes are not part of this run, so their energy is not included. If the machine does nothing else, count all of it with --scope machine, or with the setting ${scopeSetting} in the editor.`;
}
