import type { Component } from '../source';

/** What one device, or the workloads of one pod on it, used in a window. Energies are joules, times seconds. */
export interface Device {
  /** The index of its part. */
  readonly part: number;
  readonly component: Component;
  readonly isIdle: boolean;
  /** What names it, such as the UUID of a GPU. */
  readonly id: string;
  readonly node: string;
  readonly model: string | null;
  /** Set if the GPU is split into instances: its energy is the whole card's. */
  readonly isSplit: boolean;
  /** Null if it was read less than twice, did not move, or is not possible. */
  readonly joules: number | null;
  /** Set if the counter of a device stood still: each device needs some power, so nothing is known. */
  readonly isStill: boolean;
  /** Set if there is a figure that no such device can have used. */
  readonly isImpossible: boolean;
  /** The server's time of its first sample and its last, seconds since the epoch. */
  readonly began: number;
  readonly ended: number;
  /** The time between these. */
  readonly seconds: number;
  /** The time within that for which there is no sample. */
  readonly missedSeconds: number;
  /** How often its counter restarted: what was used right before is lost. */
  readonly resets: number;
  /** Set if its counter went down without restarting. */
  readonly hasFallen: boolean;
  /** How many exporters saw it besides the one that counts. */
  readonly copies: number;
}

/** Views of about the same time differ by less than this part of it. */
const closeShare = 0.05;

/**
 * One device from what several series say of it. Exporters that saw it at the same time saw the same energy, so one of them
 * counts. An exporter that starts again often has another address, and so another series: what it saw at another time
 * is added.
 *
 * @param views at least one
 * @param allowedSeconds so much more or less at an edge says nothing
 */
export function oneDevice(views: readonly Device[], allowedSeconds: number): Device {
  const [best, ...others] = [...views].sort(surerFirst);
  if (best === undefined) throw new Error('a device is seen by someone');
  let joined = best;
  let missed = best.missedSeconds;
  let copies = 0;
  const covered: [number, number][] = [[best.began, best.ended]];
  for (const view of others) {
    const free = view.joules === null ? 0 : view.seconds - commonSeconds(view, covered);
    if (joined.joules === null || free <= allowedSeconds) copies += 1;
    else {
      const share = free / view.seconds;
      missed += share * view.missedSeconds;
      joined = {
        ...joined,
        joules: joined.joules + share * (view.joules ?? 0),
        began: Math.min(joined.began, view.began),
        ended: Math.max(joined.ended, view.ended),
        // What was used between the last sample of one series and the first one of the next is lost.
        resets: joined.resets + 1 + Math.round(share * view.resets),
        hasFallen: joined.hasFallen || view.hasFallen,
      };
      covered.push([view.began, view.ended]);
    }
  }
  const seconds = covered.length === 1 ? best.seconds : joined.ended - joined.began;
  const unseen = covered.length === 1 ? 0 : seconds - commonSeconds(joined, covered);
  return {
    ...joined,
    seconds,
    missedSeconds: missed + (unseen > allowedSeconds ? unseen : 0),
    copies,
    isSplit: views.some(({ isSplit }) => isSplit),
  };
}

/** The view with more samples first; of two alike, the higher one: neither saw more than there was. */
function surerFirst(a: Device, b: Device): number {
  if (a.joules === null || b.joules === null) return Number(a.joules === null) - Number(b.joules === null);
  const [ofA, ofB] = [a.seconds - a.missedSeconds, b.seconds - b.missedSeconds];
  return Math.abs(ofA - ofB) <= closeShare * Math.max(ofA, ofB) ? b.joules - a.joules : ofB - ofA;
}

/** The time of a view that is in any of these spans, which may overlap. */
function commonSeconds({ began, ended }: Device, spans: readonly (readonly [number, number])[]): number {
  let [common, until] = [0, began];
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    common += Math.max(0, Math.min(to, ended) - Math.max(from, until));
    until = Math.max(until, to);
  }
  return common;
}
