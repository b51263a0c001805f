import { l10n, window, type QuickPickItem } from 'vscode';
import { deadlineOf } from '../../advice/when/deadline';
import { placeRemark } from '../../place/intensity';
import { loadPlaceFinder } from '../../place/location';
import type { Place } from '../../place/place';
import { labelText } from '../../present/plain-text';
import { toDigits } from '../../present/words';
import { findChosen } from '../../runs/place';
import { localTimeZone } from '../../system/time-zone';
import { commands } from '../contributions/commands';
import { settingName } from '../contributions/links';
import { effectiveSettings } from '../meter-settings';
import { notify } from '../notify';
import { currentFolder } from '../project-file';
import { askNeededNumber, staysOpen } from './ask';
import { pickPlace } from './set-location';

/** The questions of "Best Time to Start". All of them return null if they are dismissed. */

const title = l10n.t(commands.bestTime.title);
const whichPlace = l10n.t('Where will the job run?');

/** The place from the settings, else the guess. */
export async function placeOfSettings(): Promise<Place> {
  const { location } = (await effectiveSettings(currentFolder())).place;
  return (await findChosen(location, localTimeZone())).place;
}

/** A place by its name; notifies the user if it is not known. */
export async function placeNamed(name: string): Promise<Place | null> {
  const { place, problem } = await findChosen({ value: name, from: { by: 'setting' } }, localTimeZone(), l10n.t);
  if (problem === null) return place;
  void notify.warning(problem);
  return null;
}

/** The place from the settings or the guess first, then any other. */
export async function askPlace(): Promise<Place | null> {
  const place = await placeOfSettings();
  const here = {
    label: `$(location) ${labelText(place.label)}`,
    description: labelText(placeRemark(place.intensity, l10n.t) ?? settingName('location')),
  };
  const other = { label: `$(search) ${l10n.t('Another grid or cloud region…')}` };
  const item = await window.showQuickPick<QuickPickItem>([here, other], {
    ...staysOpen,
    title,
    placeHolder: whichPlace,
  });
  if (item === here) return place;
  return item === undefined ? null : askOtherPlace();
}

export async function askOtherPlace(): Promise<Place | null> {
  const picked = await pickPlace(title, whichPlace, false);
  const chosen = picked === null ? null : (await loadPlaceFinder()).find(picked, 'person');
  return chosen?.kind === 'found' ? chosen.place : null;
}

/**
 * @param answered what was answered the last time
 * @param lastRun the duration of the last run here
 */
export async function askHours(answered: number | null, lastRun: number | null): Promise<number | null> {
  const suggested = answered ?? (lastRun === null ? null : Number(toDigits(lastRun, 2)));
  const prompt =
    answered === null && suggested !== null
      ? l10n.t('Duration of the job in hours (the last run here took this long).')
      : l10n.t('Duration of the job in hours.');
  return askNeededNumber(title, prompt, suggested);
}

/** The deadline as it is written. What was answered the last time is suggested if the job can still meet it. */
export async function askDeadline(answered: string | null, hours: number, now: number): Promise<string | null> {
  const suggested = answered !== null && deadlineProblem(answered, hours, now) === null ? answered : null;
  const text = await window.showInputBox({
    ...staysOpen,
    title,
    prompt: l10n.t('When must the job be finished? 24h, 2d, or a time such as 2026-11-22T08:00.'),
    value: suggested ?? (hours < 24 ? '24h' : `${Math.ceil(hours) + 24}h`),
    validateInput: (written) => deadlineProblem(written, hours, now),
  });
  return text ?? null;
}

/** What is wrong with a deadline, or null. */
export function deadlineProblem(text: string, hours: number, now: number): string | null {
  const deadline = deadlineOf(text, hours, now, l10n.t);
  return deadline.kind === 'unknown' ? deadline.message : null;
}
