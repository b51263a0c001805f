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
  const given = allArguments(run);
  return given.length <= longestArguments ? given : `${given.slice(0, longestArguments - 1)}…`;
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
