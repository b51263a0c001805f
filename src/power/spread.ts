/** CPU time that was used at some time in which its process lived. */
export interface Work {
  readonly cpuSeconds: number;
  /** How long the process lived in each of the rooms, seconds. */
  readonly overlaps: readonly number[];
  /** On how many CPUs at once it can have worked. */
  readonly cpus: number;
}

/** A stretch of time with the CPU time in it that has no owner yet, seconds. */
export interface Room {
  readonly free: number;
}

/** Where works compete for a room, what they do not get there is offered elsewhere so many times. */
const rounds = 12;
const nothing = 1e-9;

/**
 * Says when works were done of which only the sum is known: as evenly over the life of each process as the room allows,
 * for a program that trains works without a pause. No room is given more than it has, and works that want the same share
 * it in proportion, whatever their order.
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
