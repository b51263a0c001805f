import type { ProcessEntry } from './table';

/** USER_HZ: the unit of times in `/proc`, 100 on every Linux architecture that VS Code runs on (proc(5), time(7)). */
export const ticksPerSecond = 100;

/**
 * Parses `/proc/<pid>/stat`; null if it is cut short. The name may contain spaces and parentheses, so fields are counted
 * from the last `)`.
 */
export function parseStat(text: string, pageBytes: number): ProcessEntry | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  // Field 3 of proc(5), the state, is field 0 here. Those after 24 are not needed.
  const fields = text.slice(close + 2).split(' ', 22);
  const number = (field: number): number => Number(fields[field - 3] ?? NaN);
  const entry: ProcessEntry = {
    pid: Number(text.slice(0, open)),
    parentPid: number(4),
    startTime: number(22),
    cpuSeconds: (number(14) + number(15)) / ticksPerSecond,
    reapedCpuSeconds: (number(16) + number(17)) / ticksPerSecond,
    residentBytes: number(24) * pageBytes,
    // A main thread that ended before the others also appears as a zombie, with all threads still counted.
    zombie: fields[0] === 'Z' && number(20) <= 1,
    group: number(5),
    name: text.slice(open + 1, close),
  };
  return Number.isNaN(entry.residentBytes + entry.startTime + entry.cpuSeconds + entry.reapedCpuSeconds) ? null : entry;
}
