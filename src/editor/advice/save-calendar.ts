import { basename } from 'node:path/posix';
import { l10n, env, Uri, window, workspace } from 'vscode';
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
    summary:
      place === null
        ? l10n.t('Start the job: low-carbon hours')
        : l10n.t('Start the job: low-carbon hours in {0}', place),
    description: l10n.t('Proposed by Green ML, Best Time to Start.'),
    made: now,
  });
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
  if (target !== null) return;
  const open = l10n.t('Open');
  if ((await notify.information(l10n.t('Saved {0} for your calendar.', basename(file.path)), open)) === open)
    await env.openExternal(file);
}

async function askFile(name: string): Promise<Uri | null> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }),
    filters: { [l10n.t('Calendar')]: ['ics'] },
  });
  return chosen ?? null;
}
