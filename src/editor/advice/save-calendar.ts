import { basename } from 'node:path/posix';
import { env, Uri, window, workspace } from 'vscode';
import { calendarFile } from '../../present/advice/calendar';
import { notify } from '../notify';

/**
 * Writes a calendar file for the start of a job, and offers to open it. Asks for the file if none is given.
 *
 * @param place where the job runs; null if that is not known
 * @param now milliseconds since the Unix epoch
 */
export async function saveCalendar(
  { start, end }: { readonly start: number; readonly end: number },
  place: string | null,
  now: number,
  target: Uri | null,
): Promise<void> {
  const day = new Date(start).toISOString().slice(0, 10);
  const file = target ?? (await askFile(`green-ml-start-${day}.ics`));
  if (file === null) return;
  const text = calendarFile({
    start,
    end,
    summary: `Start the job: low-carbon hours${place === null ? '' : ` in ${place}`}`,
    description: 'Proposed by Green ML, Best Time to Start.',
    made: now,
  });
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
  if (target !== null) return;
  const open = 'Open';
  if ((await notify.information(`Saved ${basename(file.path)} for your calendar.`, open)) === open)
    await env.openExternal(file);
}

async function askFile(name: string): Promise<Uri | null> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }),
    filters: { Calendar: ['ics'] },
  });
  return chosen ?? null;
}
