import { joulesToWattHours } from '../../units/convert';
import { formatDuration, formatEnergy } from '../../present/words';
import type { RunActivity } from './active-run';
import type { RunRecord } from '../record';
import { english, type Translate } from '../../present/l10n';

/** How long a server must have been idle before a notification: practice 11 is to turn off unused servers. */
const notifyAfterSeconds = 600;

/** Cores in use below which an interval is quiet: heartbeats and housekeeping. */
const quietCores = 0.05;
/** The mean over the whole time; a process that works a little all the time is not idle. */
const quietCoresOnAverage = 0.02;
/** An interval above this is work, such as a request. */
const workingCores = 0.25;
/** Power of the run's GPU share from which it counts as working. */
const workingGpuWatts = 5;

/** The part of an active run that the watch needs. */
interface IdleSubject {
  readonly activity: RunActivity | null;
  record(): RunRecord;
}

/** The time for which a run has done nothing. */
interface IdleSpan {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Energy of the machine in that time; null if unknown. */
  readonly joules: number | null;
}

const nothing: IdleSpan = { seconds: 0, cpuSeconds: 0, joules: null };

export interface IdleServerPorts {
  /** Ports on which processes wait for connections; null if unknown. */
  readonly listeningPorts: (pids: readonly number[]) => Promise<readonly number[] | null>;
  readonly idleSeconds?: number;
}

/** Notifies once that a server has been idle for ten minutes, with the energy of the computer in that time. */
export class IdleServerWatch {
  private stretch = nothing;
  private last: RunActivity | null = null;
  private isChecked = false;
  private isReported = false;

  constructor(
    private readonly run: IdleSubject,
    private readonly ports: IdleServerPorts,
    private readonly t: Translate = english,
  ) {}

  /** Call this after each sample; returns a sentence for display, or null. */
  async check(): Promise<string | null> {
    const { activity } = this.run;
    if (this.isReported || activity === null || activity === this.last) return null;
    this.last = activity;
    this.stretch = isQuiet(activity, this.stretch) ? extended(this.stretch, activity) : nothing;
    if (this.stretch === nothing) this.isChecked = false;
    if (this.isChecked || this.stretch.seconds < (this.ports.idleSeconds ?? notifyAfterSeconds)) return null;
    this.isChecked = true;
    const { stretch } = this;
    const ports = await this.ports.listeningPorts(activity.pids);
    const record = this.run.record();
    if (ports === null ? !looksLikeServer(record.command ?? []) : ports.length === 0) return null;
    this.isReported = true;
    return idleText(record.name, ports ?? [], stretch, this.t);
  }
}

function isQuiet({ cpuSeconds, seconds, gpuJoules, pids }: RunActivity, stretch: IdleSpan): boolean {
  if (pids.length === 0 || seconds <= 0) return false;
  if (gpuJoules !== null && gpuJoules / seconds > workingGpuWatts) return false;
  const cores = cpuSeconds / seconds;
  if (cores >= workingCores) return false;
  return cores < quietCores || (stretch.cpuSeconds + cpuSeconds) / (stretch.seconds + seconds) < quietCoresOnAverage;
}

function extended(stretch: IdleSpan, { cpuSeconds, seconds, machineJoules }: RunActivity): IdleSpan {
  return {
    seconds: stretch.seconds + seconds,
    cpuSeconds: stretch.cpuSeconds + cpuSeconds,
    joules: machineJoules === null ? stretch.joules : (stretch.joules ?? 0) + machineJoules,
  };
}

function idleText(name: string, ports: readonly number[], { seconds, joules }: IdleSpan, t: Translate): string {
  const time = formatDuration(Math.floor(seconds));
  const idle =
    ports.length === 0
      ? t('{0} is waiting and has been idle for {1}', name, time)
      : t('{0} is waiting on port {1} and has been idle for {2}', name, ports.slice(0, 3).join(', '), time);
  const told =
    joules === null
      ? idle
      : t('{0}; this computer used {1} in that time', idle, formatEnergy(joulesToWattHours(joules)));
  return t('{0}. Stop it if you do not need it.', told);
}

const servers = new Set([
  'uvicorn',
  'gunicorn',
  'hypercorn',
  'flask',
  'fastapi',
  'streamlit',
  'gradio',
  'tensorboard',
  'mlflow',
  'bentoml',
  'vllm',
  'torchserve',
  'tritonserver',
  'text-generation-launcher',
  'jupyter',
  'jupyter-lab',
  'jupyter-notebook',
  'http.server',
  'serve',
  'waitress-serve',
  'daphne',
]);

/** Whether a command line is that of a server, for when its sockets cannot be read. */
function looksLikeServer(command: readonly string[]): boolean {
  const words = command.flatMap((word) => word.split(/\s+/));
  return words.some((word) => servers.has((word.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '')));
}
