import type { Clock } from '../system/clock';
import type { Programs } from '../system/spawn';
import { CommandLines } from './command-lines';
import type { Now, ProcessEntry, ProcessSnapshot, ProcessTable } from './table';

/** The name comes last because it may contain spaces, and `lstart` before it because it does. */
const psArguments = ['-axo', 'pid=,ppid=,pgid=,rss=,time=,state=,lstart=,ucomm='];
const timeoutMilliseconds = 5000;

/** Processes from `ps`, for systems without `/proc` (macOS). It does not show the CPU time of ended children. */
export class PsProcessTable implements ProcessTable {
  private readonly lines: CommandLines;

  constructor(
    private readonly programs: Programs,
    clock: Pick<Clock, 'monotonicSeconds'>,
  ) {
    this.lines = new CommandLines(clock, async () =>
      parseCommands((await programs.run('ps', ['-axwwo', 'pid=,command='], timeoutMilliseconds)).stdout),
    );
  }

  /** @throws an Error if `ps` gives no list */
  async snapshot(): Promise<ProcessSnapshot> {
    const { stdout, problem } = await this.programs.run('ps', psArguments, timeoutMilliseconds);
    const processes = new Map<number, ProcessEntry>();
    for (const line of stdout.split('\n')) {
      const entry = parsePsLine(line);
      if (entry !== null) processes.set(entry.pid, entry);
    }
    if (problem !== null || processes.size === 0)
      throw new Error(`ps gives no list of processes (${problem ?? 'the list is empty'})`);
    return { processes };
  }

  /** `lstart` is in whole seconds. */
  ageSeconds({ startTime }: Pick<ProcessEntry, 'startTime'>, { wallMilliseconds }: Now): number {
    return Math.max(0, (wallMilliseconds - startTime) / 1000);
  }

  commandLine(pid: number): Promise<readonly string[] | null> {
    return this.lines.of(pid);
  }
}

/** Parses one line of `ps` with `psArguments`; null for anything else. */
export function parsePsLine(line: string): ProcessEntry | null {
  const match =
    /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(\S.*)$/.exec(line);
  const [, pid = '', parent = '', group = '', kibibytes = '', time = '', state = '', started = '', name = ''] =
    match ?? [];
  const cpuSeconds = parseCpuTime(time);
  const startTime = Date.parse(started);
  if (match === null || cpuSeconds === null || Number.isNaN(startTime)) return null;
  const zombie = state.startsWith('Z');
  return {
    pid: Number(pid),
    parentPid: Number(parent),
    startTime,
    cpuSeconds,
    reapedCpuSeconds: 0,
    residentBytes: zombie ? 0 : Number(kibibytes) * 1024,
    zombie,
    group: Number(group),
    name: name.trim(),
  };
}

/** `123:45.67` (minutes), `1:02:03`, `2-03:04:05`: seconds; null for anything else. */
export function parseCpuTime(text: string): number | null {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}

/** `ps` joins arguments with spaces, so an argument that contains a space is split. */
function parseCommands(text: string): ReadonlyMap<number, readonly string[]> {
  return new Map(
    text.split('\n').flatMap((line): [number, string[]][] => {
      const [, pid, command] = /^\s*(\d+)\s+(\S.*)$/.exec(line) ?? [];
      return pid === undefined || command === undefined ? [] : [[Number(pid), command.trim().split(/\s+/)]];
    }),
  );
}
