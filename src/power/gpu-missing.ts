import { unreadReason, type GpuPresence } from './gpu-presence';
import type { Availability, Component, ProbeResult } from './source';

/** Describes GPUs that exist, or may exist, but give no figure: they are unknown, not 0. */
interface GpusWithoutFigure {
  readonly missing: readonly { readonly component: Component; readonly reason: string }[];
  /** Rows of `green-ml sources` for GPUs that no other row mentions. */
  readonly availability: readonly Availability[];
}

/** Compares the GPUs that were seen with those that are measured and those that probes report as unreadable. */
export function unreadGpus({ seen, incomplete }: GpuPresence, measured: readonly ProbeResult[]): GpusWithoutFigure {
  const rows = measured.flatMap(({ availability }) => availability);
  const sources = measured
    .flatMap(({ source }) => source?.descriptions ?? [])
    .filter(({ component }) => component === 'gpu');
  const failed = measured.flatMap(({ missing = [] }) => missing).filter(({ component }) => component === 'gpu');
  const uncovered = seen.filter((gpu) => !measured.some(({ covers }) => covers?.(gpu) === true));
  // If GPUs are measured or known to be unreadable, an incomplete search changes nothing.
  const isIncomplete = incomplete !== null && sources.length === 0 && failed.length === 0 && uncovered.length === 0;
  const reasons = [
    ...uncovered.map((gpu) => ({ name: gpu.address, reason: unreadReason(gpu) })),
    ...(isIncomplete ? [{ name: 'GPU', reason: incomplete }] : []),
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
