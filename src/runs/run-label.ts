import { basename } from './file-name';
import type { RunRecord } from './record';

type Named = Pick<RunRecord, 'name' | 'command'>;

/** Longer arguments are cut: a row has one line. */
const longestArguments = 60;

/** The name of a run with its arguments, which tell runs of one program apart: "train.py --lr 0.1". */
export function runLabel(run: Named): string {
  return `${run.name} ${argumentsOf(run)}`.trimEnd();
}

/** The labels of two runs, with their start where they would be the same. */
export function labelsApart(
  first: Named & Pick<RunRecord, 'startedAt'>,
  second: Named & Pick<RunRecord, 'startedAt'>,
  startOf: (date: Date) => string,
): readonly [string, string] {
  const labels = [runLabel(first), runLabel(second)] as const;
  if (labels[0] !== labels[1]) return labels;
  const at = ({ startedAt }: Pick<RunRecord, 'startedAt'>): string => startOf(new Date(startedAt));
  return [`${labels[0]}, ${at(first)}`, `${labels[1]}, ${at(second)}`];
}

/** What follows the script or program that gave the run its name; empty if nothing does, or it is not known. */
export function argumentsOf(run: Named): string {
  return cut(allArguments(run));
}

function cut(given: string): string {
  return given.length <= longestArguments ? given : `${given.slice(0, longestArguments - 1)}…`;
}

/**
 * What tells each of these runs apart from the others of its name: the arguments that not all of them have; all arguments
 * where they have the same.
 */
export function argumentsApart<Run extends Named>(runs: readonly Run[]): ReadonlyMap<Run, string> {
  const byName = new Map<string, Run[]>();
  for (const run of runs) {
    const same = byName.get(run.name) ?? [];
    same.push(run);
    byName.set(run.name, same);
  }
  return new Map([...byName.values()].flatMap((same) => apartIn(same)));
}

function apartIn<Run extends Named>(runs: readonly Run[]): readonly (readonly [Run, string])[] {
  const options = runs.map((run) => optionsOf(allArguments(run)));
  const common = new Set(options[0]?.filter((option) => options.every((each) => each.includes(option))));
  return runs.map((run, index) => {
    const own = options[index]?.filter((option) => !common.has(option)).join(' ') ?? '';
    return [run, own === '' ? argumentsOf(run) : cut(own)];
  });
}

/** "--lr 0.1", "data.csv": an option with its value is one. */
function optionsOf(given: string): readonly string[] {
  return given.match(/--?[^\s=]+ [^\s-]\S*|\S+/g) ?? [];
}

function allArguments({ name, command }: Named): string {
  if (command === null) return '';
  const [only = ''] = command;
  // Terminals know only the whole line.
  if (command.length === 1) {
    const at = only.indexOf(name);
    return at === -1 ? '' : only.slice(at + name.length).trim();
  }
  const at = command.findIndex((word) => word === name || basename(word) === name);
  return at === -1 ? '' : command.slice(at + 1).join(' ');
}
