import { resolve, sep } from 'node:path';
import type { Journal, StoredRun } from '../runs/journal/journal';
import type { ListedRun } from '../runs/journal/listed-run';
import type { RunRecord } from '../runs/record';
import { errorCode } from '../system/files';
import { inLine } from '../present/plain-text';
import { isWithin } from '../system/paths';
import { grouped } from '../present/words';
import { writeDocument } from '../system/write-document';
import { CommandError, requirePath, streamNamed, type Io } from './io';
import { journalOf } from './journal';
import { writeWhole } from './terminal';
import { WaitingLine } from './waiting-line';

/** The recorded runs, for the commands that need them. */

/** @throws CommandError if there is no place for records */
export function requireJournal(io: Io): Journal {
  let reason = '';
  const journal = journalOf(io, (sentence) => {
    reason = sentence;
  });
  if (journal === null) throw new CommandError(reason);
  return journal;
}

/** @throws CommandError if the folder of the runs cannot be read */
export async function readJournal<T>(journal: Journal, read: (journal: Journal) => Promise<T>): Promise<T> {
  try {
    return await read(journal);
  } catch (error) {
    throw new CommandError(
      `the recorded runs in ${journal.folder} cannot be read (${errorCode(error) ?? String(error)}); check its permissions.`,
    );
  }
}

/** All readable runs, oldest first; prints a sentence on standard error for each unreadable one. */
export async function allRuns(io: Io): Promise<readonly RunRecord[]> {
  const waiting = new WaitingLine(io);
  const { runs, problems } = await readJournal(requireJournal(io), (journal) =>
    journal.list((read, all) => waiting.show(`Reading runs: ${grouped(read)} of ${grouped(all)}`)),
  ).finally(() => waiting.dispose());
  printProblems(io, problems);
  return runs;
}

/**
 * The newest runs, oldest first. Reads no more than it needs: of many thousands of runs, an agent asks for a page.
 *
 * @throws CommandError if there is no run `before`
 */
export async function newestRuns(
  io: Io,
  asked: { readonly last: number; readonly before: string | undefined; readonly folder: string | undefined },
): Promise<readonly RunRecord[]> {
  const journal = requireJournal(io);
  const ids = await readJournal(journal, () => journal.ids());
  const end = asked.before === undefined ? ids.length : ids.indexOf(await findId(journal, asked.before));
  const folder = asked.folder === undefined ? null : resolve(io.cwd, asked.folder);
  const runs: RunRecord[] = [];
  for (let at = end - 1; at >= 0 && runs.length < asked.last; at--) {
    const stored = await journal.read(ids[at] ?? '').catch(() => null);
    if (stored !== null && (folder === null || isWithin(stored.record.folder ?? sep, folder)))
      runs.unshift(stored.record);
  }
  return runs;
}

/** Visits what a list shows of the same runs; see `Journal.visitListed`. */
export async function eachListedRun(io: Io, visit: (run: ListedRun) => void): Promise<void> {
  printProblems(io, await readJournal(requireJournal(io), (journal) => journal.visitListed(visit)));
}

function printProblems(io: Io, problems: readonly string[]): void {
  for (const problem of problems) io.stderr.write(`green-ml: ${inLine(problem)}\n`);
}

/** @throws CommandError if no run, or more than one, has this id. */
export async function findId(journal: Journal, id: string): Promise<string> {
  // Every id starts with the empty string.
  if (id === '') throw new CommandError('the id of the run is empty; see "green-ml runs list" for all ids.');
  const ids = await readJournal(journal, () => journal.ids());
  if (id === 'last') {
    const last = ids.at(-1);
    if (last === undefined)
      throw new CommandError('no runs have been recorded yet; start with: green-ml run -- python3 train.py');
    return last;
  }
  const exact = ids.filter((each) => each === id);
  const [found, ...others] = exact.length > 0 ? exact : ids.filter((each) => each.startsWith(id));
  if (found === undefined) throw new CommandError(`there is no run "${id}"; see "green-ml runs list" for all runs.`);
  if (others.length > 0)
    throw new CommandError(`${others.length + 1} runs have ids that start with "${id}"; write more of the id.`);
  return found;
}

/**
 * One run; prints a sentence on standard error if part of its file cannot be read.
 *
 * @throws CommandError if no run, or more than one, has this id, or if it cannot be read.
 */
export async function findRun(io: Io, id: string): Promise<StoredRun> {
  const journal = requireJournal(io);
  const found = await findId(journal, id);
  const stored = await readJournal(journal, () => journal.read(found));
  if (stored === null)
    throw new CommandError(`${journal.path(found)} contains no readable run; delete the file if you do not need it.`);
  if (stored.problem !== null) io.stderr.write(`green-ml: ${inLine(stored.problem)}\n`);
  return stored;
}

/**
 * Prints to standard output, or writes a whole file at once.
 *
 * @throws CommandError if the file cannot be written
 */
export async function deliver(io: Io, text: string, output: string | undefined): Promise<void> {
  if (output !== undefined) requirePath(output);
  const stream = output === undefined ? io.stdout : streamNamed(io, output);
  if (stream !== null) {
    writeWhole(stream, text);
    return;
  }
  const path = resolve(io.cwd, output ?? '');
  const problem = await writeDocument(path, text);
  if (problem === 'EISDIR') throw new CommandError(`${path} is a folder; give a file with --output.`);
  if (problem !== null)
    throw new CommandError(`cannot write ${path} (${problem}); give a writable file with --output.`);
}
