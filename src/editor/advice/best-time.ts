import { env, window, type QuickPickItem, type SecretStorage } from 'vscode';
import { ageNote } from '../../data/age';
import { placeRemark } from '../../place/intensity';
import { loadPlaceFinder } from '../../place/location';
import type { Place } from '../../place/place';
import { deadlineOf } from '../../advice/when/deadline';
import { loadForecaster, type ForecastAnswer, type Forecaster } from '../../grid/forecast';
import { hoursOf } from '../../grid/profile';
import type { AnswerStore } from '../../grid/services/caching-http';
import { liveServices } from '../../grid/services/services';
import { schedulerLines } from '../../place/local-time';
import { adviseStart, type TimeQuestion } from '../../advice/when/time-advice';
import type { RunReader } from '../../runs/run-reader';
import { findChosen } from '../../runs/place';
import { localTimeZone } from '../../system/time-zone';
import type { Clock } from '../../system/clock';
import type { HttpClient } from '../../system/http';
import { labelText } from '../../present/plain-text';
import { effectiveSettings } from '../meter-settings';
import type { BestTimeRequest } from '../contributions/arguments';
import { commands, hiddenCommands } from '../contributions/commands';
import { commandUri, settingName } from '../contributions/links';
import { currentFolder } from '../project-file';
import type { AdvicePanel } from './advice-panel';
import { askNumber, staysOpen } from './ask';
import { readLiveChoice } from './live-choice';
import { projectRuns } from './project-runs';
import { pickPlace } from './set-location';
import { timePageBody } from '../../present/advice/time-page';
import { notify } from '../notify';
import { toDigits } from '../../present/words';

export interface BestTimePorts {
  readonly reader: Pick<RunReader, 'newest'>;
  readonly secrets: SecretStorage;
  readonly panel: AdvicePanel;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly store: AnswerStore;
}

const title = commands.bestTime.title;

/** The command "Best Time to Start": asks for location, duration and deadline if not given, and shows a page. */
export async function bestTime(
  request: BestTimeRequest,
  { reader, secrets, panel, clock, http, store }: BestTimePorts,
): Promise<void> {
  const place = await placeOf(request.location);
  if (place === null) return;
  const hours = request.hours ?? (await hoursOfJob(reader));
  if (hours === null) return;
  const now = clock.wallMilliseconds();
  const deadline = await deadlineFor(request.deadline, hours, now);
  if (deadline === null) return;
  const question: TimeQuestion = { now, hours, deadline, kilowattHours: null, minimumGrams: null };
  const forecaster = await loadForecaster();
  const services = liveServices(await readLiveChoice(secrets), { http, store, clock }, (zone, from, until) =>
    Promise.resolve(forecaster.usual(zone, from, until)),
  );
  const found = await forecast(forecaster, place, question, services);
  const advice = adviseStart(found.forecast, question);
  const timeZone = localTimeZone() ?? 'UTC';
  const lifecycle = found.forecast?.basis !== 'operational';
  const age = lifecycle ? ageNote(forecaster.updated, now) : null;
  panel.show(
    title,
    timePageBody({
      place: place.label,
      advice,
      hours: hoursOf(found.forecast?.curve ?? null, now, deadline),
      now,
      jobHours: hours,
      timeZone,
      notes: [...place.notes, ...found.notes, ...advice.notes, ...(age === null ? [] : [age])],
      source: `g/kWh: ${found.forecast?.basis ?? place.intensity.basis}, ${found.forecast?.source ?? place.intensity.source}.${lifecycle ? ` ${forecaster.attribution}` : ''}`,
      remindUri: (start) => commandUri(hiddenCommands.remindAt, start),
      copyScheduleUri: (start) => commandUri(hiddenCommands.copySchedule, start),
    }),
  );
}

/** Copies a line that starts a job at a time, for a scheduler that the user picks. */
export async function copySchedule(time: number): Promise<void> {
  const { slurm, at, cron } = schedulerLines(time, localTimeZone() ?? 'UTC');
  const item = await window.showQuickPick(
    [
      { label: slurm, description: 'Slurm' },
      { label: at, description: 'at' },
      { label: cron, description: 'cron' },
    ],
    {
      ...staysOpen,
      title: 'Copy Line for Scheduler',
      placeHolder: 'Which scheduler runs the job?',
      matchOnDescription: true,
    },
  );
  if (item !== undefined) await env.clipboard.writeText(item.label);
}

function forecast(
  forecaster: Forecaster,
  { zone, region }: Place,
  { now, deadline }: TimeQuestion,
  services: ReturnType<typeof liveServices>,
): Promise<ForecastAnswer> {
  // Nothing is known about the hours of an unknown place; its own note says that it is unknown.
  if (zone === null && region === null) return Promise.resolve({ forecast: null, notes: [] });
  return forecaster.live(
    services,
    { zone: zone ?? '', coordinates: region, region: region?.region ?? null },
    now,
    deadline,
  );
}

/** The given location, else the user's choice, with the one from the settings or the guess first; null if dismissed. */
async function placeOf(named: string | undefined): Promise<Place | null> {
  const known =
    named === undefined
      ? (await effectiveSettings(currentFolder())).place.location
      : ({ value: named, from: { by: 'setting' } } as const);
  const { place, problem } = await findChosen(known, localTimeZone());
  if (named !== undefined && problem !== null) {
    void notify.warning(problem);
    return null;
  }
  if (named !== undefined) return place;
  const here = {
    label: `$(location) ${place.label}`,
    description: labelText(placeRemark(place.intensity) ?? settingName('location')),
  };
  const other = { label: '$(search) Another grid or cloud region…' };
  const item = await window.showQuickPick<QuickPickItem>([here, other], {
    ...staysOpen,
    title,
    placeHolder: 'Where will the job run?',
  });
  if (item === undefined) return null;
  if (item === here) return place;
  const picked = await pickPlace(title, 'Where will the job run?', false);
  const chosen = picked === null ? null : (await loadPlaceFinder()).find(picked, 'person');
  return chosen?.kind === 'found' ? chosen.place : null;
}

async function hoursOfJob(reader: BestTimePorts['reader']): Promise<number | null> {
  const { lastHours } = await projectRuns(reader);
  const suggested = lastHours === null ? null : Number(toDigits(lastHours, 2));
  const typed = await askNumber(
    title,
    `Duration of the job in hours${suggested === null ? '' : ' (the last run here took this long)'}.`,
    suggested,
  );
  return typed?.value ?? null;
}

/** Milliseconds since the epoch; null if dismissed. */
async function deadlineFor(given: string | undefined, hours: number, now: number): Promise<number | null> {
  const check = (text: string): string | null => {
    const deadline = deadlineOf(text.trim() === '' ? null : text, hours, now);
    return deadline.kind === 'unknown' ? deadline.message : null;
  };
  const problem = given === undefined ? null : check(given);
  if (problem !== null) void notify.warning(problem);
  const text =
    problem === null && given !== undefined
      ? given
      : await window.showInputBox({
          ...staysOpen,
          title,
          prompt: 'When must the job be finished? 24h, 2d, or a time such as 2026-11-22T08:00.',
          value: hours < 24 ? '24h' : `${hours + 24}h`,
          validateInput: check,
        });
  if (text === undefined) return null;
  const deadline = deadlineOf(text.trim() === '' ? null : text, hours, now);
  return deadline.kind === 'time' ? deadline.time : null;
}
