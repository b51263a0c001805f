import { unreadReason, type GpuPresence, type SeenGpu } from './gpu-presence';
import type { Availability, Component, ProbeResult } from './source';

/** Describes GPUs that exist, or may exist, but give no figure: they are unknown, not 0. */
export interface GpusWithoutFigure {
  readonly missing: readonly { readonly component: Component; readonly reason: string }[];
  /** Rows of `green-ml sources` for GPUs that no other row mentions. */
  readonly availability: readonly Availability[];
}

type GpuProbe = ProbeResult & { readonly integrated?: ReadonlySet<string> };

/** Compares the GPUs that were seen with those that are measured and those that probes report as unreadable. */
export function unreadGpus({ seen, incomplete }: GpuPresence, measured: readonly GpuProbe[]): GpusWithoutFigure {
  const rows = measured.flatMap(({ availability }) => availability);
  const sources = measured
    .flatMap(({ source }) => source?.descriptions ?? [])
    .filter(({ component }) => component === 'gpu');
  const failed = measured.flatMap(({ missing = [] }) => missing).filter(({ component }) => component === 'gpu');
  const integrated = new Set(measured.flatMap((each) => [...(each.integrated ?? [])]));
  const names = [...sources, ...rows].map(({ name }) => name);
  const isMeasuredByNvidia = sources.some(({ name }) => /^(?:GPU|MIG)-|^nvidia-smi$/.test(name));
  const hasNvidiaFailed = measured.some(
    ({ missing = [], availability }) => missing.length > 0 && availability.some(({ name }) => name === 'nvidia-smi'),
  );
  const isCovered = ({ maker, address }: SeenGpu): boolean => {
    if (integrated.has(address) || names.some((name) => name.endsWith(`:${address}`))) return true;
    return maker === 'NVIDIA' ? isMeasuredByNvidia || hasNvidiaFailed : maker === 'Windows' && isMeasuredByNvidia;
  };
  const uncovered = seen.filter((gpu) => !isCovered(gpu));
  // If GPUs are measured or known to be unreadable, an incomplete search changes nothing.
  const isIncomplete = incomplete !== null && sources.length === 0 && failed.length === 0 && uncovered.length === 0;
  // On a Mac, the macmon row already says why nothing is read.
  const unknownReason =
    rows.find(({ component, available, name }) => component === 'gpu' && !available && name === 'macmon')?.reason ??
    incomplete;
  const reasons = [
    ...uncovered.map((gpu) => ({ name: gpu.address, reason: unreadReason(gpu) })),
    ...(isIncomplete && unknownReason !== null ? [{ name: 'GPU', reason: unknownReason }] : []),
  ];
  return {
    missing: [...failed, ...reasons.map(({ reason }) => ({ component: 'gpu' as const, reason }))],
    availability: reasons
      .filter(({ reason }) => !rows.some((row) => row.reason === reason))
      .map(({ name, reason }) => ({
        component: 'gpu',
        name,
        method: 'sensor',
        available: false,
        reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
        enable: null,
      })),
  };
}
