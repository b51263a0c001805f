import { resolve } from 'node:path';
import type { Journal } from '../runs/journal/journal';
import type { RunRecord } from '../runs/record';
import { writeDocument, writingProblem } from '../system/write-document';
import { CommandError, streamNamed, type Io } from './io';

/** Writes the record where `--json` says. */
export async function writeRecord(
  io: Io,
  target: string,
  record: RunRecord,
  say: (sentence: string) => void,
): Promise<void> {
  const text = `${JSON.stringify({ ...record, progress: record.progress ?? null }, null, 2)}\n`;
  const stream = streamNamed(io, target);
  if (stream !== null) {
    stream.write(text);
    return;
  }
  const problem = await writeDocument(resolve(io.cwd, target), text);
  if (problem !== null) say(`the record cannot be written to ${target} (${problem}); give another file with --json.`);
}

/** Removes the record of a run that was too short to keep. */
export async function dropIfShort(
  journal: Journal | null,
  id: string,
  seconds: number,
  /** In hours. */
  { minDuration }: { readonly minDuration?: number },
): Promise<void> {
  if (journal !== null && minDuration !== undefined && seconds < minDuration * 3600) await journal.delete(id);
}

/** @throws CommandError if a file cannot be written */
export async function requireWritable(file: string): Promise<void> {
  const problem = await writingProblem(file);
  if (problem === 'EISDIR') throw new CommandError(`${file} is a folder; give a file with --json.`);
  if (problem !== null) {
    throw new CommandError(
      `cannot write ${file} (${problem}); give a file in an existing, writable folder with --json.`,
    );
  }
}
