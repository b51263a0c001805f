import type { TreeUsage } from '../processes/tree';
import type { GpuVisibility } from './gpu-visibility';
import { judgeReading } from './plausible';
import type { MachineSample } from './sample';
import type { PowerSource, ReadContext, SourceReading } from './source';

/** The readings of all sources for an interval, without impossible figures. */
export async function readSources(sources: readonly PowerSource[], context: ReadContext): Promise<SourceReading[]> {
  // A fault in one source must not stop the others or the command that is being measured.
  return judged(sources, context, (source) => source.read(context));
}

/** The readings of sources that need the load of the interval. */
export async function readModels(sources: readonly PowerSource[], context: ReadContext): Promise<SourceReading[]> {
  return judged(sources, context, (source) => source.readModelled?.(context) ?? Promise.resolve([]));
}

async function judged(
  sources: readonly PowerSource[],
  { seconds, late }: ReadContext,
  read: (source: PowerSource) => Promise<readonly SourceReading[]>,
): Promise<SourceReading[]> {
  const readings = await Promise.all(
    sources.map((source) => read(source).catch((error: unknown) => failedReadings(source, error))),
  );
  return readings.flat().map((reading) => judgeReading(reading, seconds, late));
}

function failedReadings(source: PowerSource, error: unknown): SourceReading[] {
  const reason = `reading failed: ${error instanceof Error ? error.message : String(error)}`;
  return source.descriptions.map((description) => ({
    source: description,
    outcome: { kind: 'gap', reason, atMostJoules: null },
    users: null,
  }));
}

/** Whether a reading is of a GPU that does not report who uses it. */
export function isSharedGpu({ source, users }: SourceReading): boolean {
  return source.component === 'gpu' && users === null;
}

/** If a GPU does not report who uses it, the environment variables of processes may show which runs cannot. */
export async function whoMayUse(
  gpuVisibility: GpuVisibility | undefined,
  readings: readonly SourceReading[],
  usages: readonly TreeUsage[],
): Promise<Pick<MachineSample, 'mayUse'>> {
  const devices = readings.flatMap(({ device }) => device ?? []);
  if (
    gpuVisibility === undefined ||
    devices.length === 0 ||
    !readings.some((reading) => isSharedGpu(reading) && reading.device !== undefined)
  )
    return {};
  await gpuVisibility.update(usages);
  return {
    mayUse: (usage, source) => {
      const device = devices.find(({ name }) => name === source);
      return device === undefined || gpuVisibility.mayUse(usage, device, devices);
    },
  };
}
