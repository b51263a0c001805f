import { shortened } from '../../present/plain-text';
import { basename } from '../file-name';
import type { RunRecord } from '../record';

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
  const apart = argumentsApart<Named>([first, second]);
  const label = (run: Named): string => `${run.name} ${apart.get(run)?.given ?? ''}`.trimEnd();
  const labels = [label(first), label(second)] as const;
  if (labels[0] !== labels[1]) return labels;
  const at = ({ startedAt }: Pick<RunRecord, 'startedAt'>): string => startOf(new Date(startedAt));
  return [`${labels[0]}, ${at(first)}`, `${labels[1]}, ${at(second)}`];
}

/** What follows the script or program that gave the run its name; empty if nothing does, or it is not known. */
export function argumentsOf(run: Named): string {
  return shortened(allArguments(run), longestArguments);
}

/** The arguments of a run beside others of its name. */
export interface ArgumentsApart {
  readonly given: string;
  /** Whether they tell it apart from the others. */
  readonly tells: boolean;
}

/**
 * What tells each of these runs apart from the others of its name: the arguments that not all of them have, cut so that the
 * difference stays; all arguments where they have the same.
 */
export function argumentsApart<Run extends Named>(runs: readonly Run[]): ReadonlyMap<Run, ArgumentsApart> {
  const byName = new Map<string, Run[]>();
  for (const run of runs) {
    const same = byName.get(run.name) ?? [];
    same.push(run);
    byName.set(run.name, same);
  }
  return new Map([...byName.values()].flatMap((same) => apartIn(same)));
}

function apartIn<Run extends Named>(runs: readonly Run[]): readonly (readonly [Run, ArgumentsApart])[] {
  const options = runs.map((run) => optionsOf(allArguments(run)));
  const common = new Set(options[0]?.filter((option) => options.every((each) => each.includes(option))));
  const own = options.map((each) => each.filter((option) => !common.has(option)).join(' '));
  const distinct = [...new Set(own)].sort();
  const labels = new Map(distinct.map((text) => [text, cutApart(text, distinct)]));
  const shown = [...labels.values()];
  return runs.map((run, index) => {
    const text = own[index] ?? '';
    if (text === '') return [run, { given: argumentsOf(run), tells: false }];
    const label = labels.get(text) ?? text;
    const isUnique = shown.filter((each) => each === label).length === 1;
    return [run, { given: isUnique ? label : shortened(text, longestArguments), tells: true }];
  });
}

/** A row of a narrow view shows about so many characters before the energy. */
const longestApart = 20;
/** So much of what two runs share is left before the first difference. */
const beforeDifference = 4;

/**
 * Leaves out of a long text what it shares with the most similar one of the others: "… --lr 0.2" of several options,
 * "--data …/b.csv" of one.
 */
function cutApart(text: string, sorted: readonly string[]): string {
  if (text.length <= longestApart) return text;
  const at = sorted.indexOf(text);
  // Of sorted texts, a neighbour shares the most.
  const shared = Math.max(...[sorted[at - 1], sorted[at + 1]].map((other) => sharedLength(text, other ?? '')));
  const option = text.lastIndexOf(' -', shared);
  if (option > 0) return `… ${cutInside(text.slice(option + 1), shared - option - 1)}`;
  return cutInside(text, shared);
}

/** Cuts before the first difference, which follows `shared` characters, and at the end. */
function cutInside(text: string, shared: number): string {
  const [first = ''] = text.split(' ', 1);
  const option = first.startsWith('-') && first.length < longestApart / 2 ? `${first} ` : '';
  // A path is cut at a folder, if that is near.
  const folder = text.lastIndexOf('/', shared - 1);
  const start = Math.max(0, folder < shared - beforeDifference ? shared - beforeDifference : folder);
  const isInSight = shared < longestApart - 2 * beforeDifference || start <= option.length;
  return isInSight
    ? shortened(text, longestApart)
    : `${option}…${shortened(text.slice(start), longestApart - option.length)}`;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
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
