/**
 * The rows of a cell, from 0, at which the traceback of its last run stands: first the statement that failed, then the places in its
 * own functions. None if the cell could not be read as Python at all.
 */
export type FailedRows = readonly number[];

/** Ended by hand or on purpose: what ran until then, ran. */
const ends = /^(?:KeyboardInterrupt|SystemExit|StopExecution)$/;
const colours = /\u001b\[[\d;]{0,20}m/g;

/** A frame of a cell as IPython 5 to 9 and Colab name it, and one of a file. */
const cellFrame =
  /^(<ipython-input-\d{1,9}|Cell In ?\[\d{1,9}\]|Input In ?\[\d{1,9}\]|\S{0,80}ipykernel_\d{1,9}\/\d{1,12}|\S{0,80}\/ipython-input-\d{1,12})/;
const fileFrame = /^(?:File |[~/<.]|[A-Za-z]:\\)/;
const arrow = /^-{1,9}> {0,9}(\d{1,6})(?: |$)/;
const unreadable = /^(?:Syntax|Indentation|Tab)Error$/;

/** Where a cell failed; null if it did not, or if that is not known. */
export function failedRows(error: string, traceback: string): FailedRows | null {
  if (ends.test(error)) return null;
  let own: string | null = null;
  let isOwn = false;
  const rows: number[] = [];
  for (const line of traceback.replace(colours, '').split('\n')) {
    const cell = cellFrame.exec(line)?.[1];
    if (cell !== undefined) {
      own ??= cell;
      isOwn = cell === own;
    } else if (fileFrame.test(line)) isOwn = false;
    const row = isOwn ? arrow.exec(line)?.[1] : undefined;
    if (row !== undefined) rows.push(Number(row) - 1);
  }
  return rows.length > 0 ? rows : unreadable.test(error) ? [] : null;
}
