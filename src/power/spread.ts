/** CPU time that was used at an unknown time while its process was alive. */
export interface Work {
  readonly cpuSeconds: number;
  /** How long the process lived in each of the rooms, seconds. */
  readonly overlaps: readonly number[];
  /** The most CPUs it can have used at once. */
  readonly cpus: number;
}

/** A period and its CPU time that has no owner yet, seconds. */
interface Room {
  readonly free: number;
}

/** If works compete for a room, the rest is offered to other rooms for this many rounds. */
const rounds = 12;
const nothing = 1e-9;

/**
 * Distributes works over time if only their sum is known: as evenly over the life of each process as the rooms
 * allow, because a training program works without a pause. No room is overfilled, and competing works share a room in
 * proportion, whatever their order.
 *
 * @returns for each work, the seconds in each room; their sum is less than the work where there is not enough room
 */
export function spread(rooms: readonly Room[], works: readonly Work[]): readonly (readonly number[])[] {
  const free = rooms.map((room) => room.free);
  const given = works.map(() => rooms.map(() => 0));
  const left = works.map(({ cpuSeconds }) => cpuSeconds);
  for (let round = 0; round < rounds && left.some((seconds) => seconds > nothing); round++) {
    const wishes = works.map(({ overlaps, cpus }, work) => {
      const caps = overlaps.map((seconds, room) =>
        Math.max(0, Math.min(free[room] ?? 0, seconds * cpus - (given[work]?.[room] ?? 0))),
      );
      return fillEvenly(left[work] ?? 0, overlaps, caps);
    });
    let placed = 0;
    for (const room of rooms.keys()) {
      const wanted = wishes.reduce((sum, wish) => sum + (wish[room] ?? 0), 0);
      const has = free[room] ?? 0;
      const part = wanted > has ? has / wanted : 1;
      for (const [work, wish] of wishes.entries()) {
        const seconds = (wish[room] ?? 0) * part;
        const row = given[work];
        if (row === undefined) continue;
        row[room] = (row[room] ?? 0) + seconds;
        left[work] = (left[work] ?? 0) - seconds;
        placed += seconds;
      }
      free[room] = Math.max(0, has - wanted * part);
    }
    if (placed <= nothing) break;
  }
  return given;
}

/** Fills up to one level, the same seconds of work for each second of life; where a cap is lower, the cap. */
function fillEvenly(cpuSeconds: number, overlaps: readonly number[], caps: readonly number[]): number[] {
  const order = overlaps.flatMap((seconds, room) => (seconds > 0 ? [room] : [])).sort((a, b) => level(a) - level(b));
  function level(room: number): number {
    return (caps[room] ?? 0) / (overlaps[room] ?? 1);
  }
  const filled = overlaps.map(() => 0);
  let left = cpuSeconds;
  let seconds = order.reduce((sum, room) => sum + (overlaps[room] ?? 0), 0);
  for (const room of order) {
    const own = overlaps[room] ?? 0;
    const share = Math.max(0, Math.min(caps[room] ?? 0, seconds > 0 ? (left * own) / seconds : 0));
    filled[room] = share;
    left -= share;
    seconds -= own;
  }
  return filled;
}
