import type { Device } from './devices';

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
