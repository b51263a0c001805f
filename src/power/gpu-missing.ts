import { unreadReason, type GpuPresence, type SeenGpu } from './gpu-presence';
import type { Availability, Component, ProbeResult } from './source';

/** What is said of GPUs that are there, or may be, and give no figure: they are unknown, not 0. */
export interface GpusWithoutFigure {
  readonly missing: readonly { readonly component: Component; readonly reason: string }[];
  /** Rows of `green-ml sources` for those of which no other row speaks. */
  readonly availability: readonly Availability[];
}

type GpuProbe = ProbeResult & { readonly integrated?: ReadonlySet<string> };

/** Holds what was seen against what is measured, and against what the probes say themselves of what they could not read. */
export function unreadGpus({ seen, blind }: GpuPresence, measured: readonly GpuProbe[]): GpusWithoutFigure {
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
  // Where others are measured or known to be unread, a look that saw not everything takes nothing from what is said.
  const isBlind = blind !== null && sources.length === 0 && failed.length === 0 && uncovered.length === 0;
  // A Mac's own tool has said already why it reads nothing.
  const told =
    rows.find(({ component, available, name }) => component === 'gpu' && !available && name === 'macmon')?.reason ??
    blind;
  const reasons = [
    ...uncovered.map((gpu) => ({ name: gpu.address, reason: unreadReason(gpu) })),
    ...(isBlind && told !== null ? [{ name: 'GPU', reason: told }] : []),
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
