import { l10n, env, window, type Memento, type SecretStorage, type Uri } from 'vscode';
import { ageNote } from '../../grid/age';
import type { Place } from '../../place/place';
import { deadlineOf } from '../../advice/when/deadline';
import { loadForecaster, type ForecastAnswer, type Forecaster } from '../../grid/forecast';
import { hoursOf } from '../../grid/profile';
import type { AnswerStore } from '../../grid/services/caching-http';
import { liveServices } from '../../grid/services/services';
import { schedulerLines } from '../../place/local-time';
import { timeEmissions } from '../../advice/when/saving';
import { adviseStart, type TimeQuestion } from '../../advice/when/time-advice';
import type { RunReader } from '../../runs/journal/run-reader';
import { localTimeZone } from '../../system/time-zone';
import type { Clock } from '../../system/clock';
import type { HttpClient } from '../../system/http';
import type { TimeAnswer } from '../../present/advice/time-content';
import { timePageBody } from '../../present/advice/time-page';
import { formatEnergy } from '../../present/words';
import { exactly, multiplyEstimates, type Estimate } from '../../units/estimate';
import type { BestTimeRequest } from '../contributions/arguments';
import { commands, hiddenCommands } from '../contributions/commands';
import { commandUri } from '../contributions/links';
import { notify } from '../notify';
import type { AdvicePanel } from './advice-panel';
import { askNumber, staysOpen } from './ask';
import { readLiveChoice } from './live-choice';
import { projectRuns, type ProjectRuns } from './project-runs';
import { saveCalendar } from './save-calendar';
import { askLocation } from './set-location';
import { keepTimeAnswers, readTimeAnswers, type TimeAnswers } from './time-answers';
import {
  askDeadline,
  askHours,
  askOtherPlace,
  askPlace,
  deadlineProblem,
  placeNamed,
  placeOfSettings,
} from './time-questions';
import { basisNames } from '../../runs/describe';

export interface BestTimePorts {
  readonly memory: Memento;
  readonly reader: Pick<RunReader, 'newest'>;
  readonly secrets: SecretStorage;
  readonly panel: AdvicePanel;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly store: AnswerStore;
}

/** A job whose start is sought. */
interface Job {
  readonly place: Place;
  readonly hours: number;
  /** As written. */
  readonly deadline: string;
}

const title = l10n.t(commands.bestTime.title);

/** The command "Best Time to Start": asks for location, duration and deadline if not given, and shows a page. */
export class BestTime {
  private job: Job | null = null;

  constructor(private readonly ports: BestTimePorts) {}

  async run(request: BestTimeRequest): Promise<void> {
    const remembered = readTimeAnswers(this.ports.memory);
    const place = request.location === undefined ? await askPlace() : await placeNamed(request.location);
    if (place === null) return;
    const { last } = await projectRuns(this.ports.reader);
    const hours = request.hours ?? (await askHours(remembered.hours, last?.hours ?? null));
    if (hours === null) return;
    const deadline = await this.deadlineOf(request.deadline ?? null, hours, remembered);
    if (deadline === null) return;
    await this.keep({ ...remembered, hours, deadline });
    await this.show({ place, hours, deadline });
  }

  /** Asks for one answer again, and shows the page with it. */
  async ask(answer: TimeAnswer): Promise<void> {
    const { job } = this;
    if (job === null) return this.run({});
    const changed = await this.changed(job, answer);
    if (changed !== null) await this.show(changed);
  }

  /** Writes a window into a file for calendars. */
  async saveCalendar(hours: { readonly start: number; readonly end: number }, target: Uri | null): Promise<void> {
    await saveCalendar(hours, this.job?.place.label ?? null, this.ports.clock.wallMilliseconds(), target);
  }

  private async changed(job: Job, answer: TimeAnswer): Promise<Job | null> {
    const remembered = readTimeAnswers(this.ports.memory);
    if (answer === 'location') {
      await askLocation();
      return { ...job, place: await placeOfSettings() };
    }
    if (answer === 'place') {
      const place = await askOtherPlace();
      return place === null ? null : { ...job, place };
    }
    if (answer === 'kilowattHours') {
      const prompt = l10n.t('Energy of the job in kWh, without the overhead of the data centre.');
      const typed = await askNumber(title, prompt, remembered.kilowattHours);
      if (typed === null) return null;
      await this.keep({ ...remembered, kilowattHours: typed.value });
      return job;
    }
    const hours = answer === 'hours' ? await askHours(job.hours, null) : job.hours;
    if (hours === null) return null;
    const deadline = await this.deadlineOf(answer === 'hours' ? job.deadline : null, hours, remembered);
    if (deadline === null) return null;
    await this.keep({ ...remembered, hours, deadline });
    return { ...job, hours, deadline };
  }

  /** The given deadline if the job can meet it, else the answer of the user. */
  private async deadlineOf(given: string | null, hours: number, { deadline }: TimeAnswers): Promise<string | null> {
    const now = this.ports.clock.wallMilliseconds();
    const problem = given === null ? null : deadlineProblem(given, hours, now);
    if (given !== null && problem === null) return given;
    if (problem !== null) void notify.warning(problem);
    return askDeadline(deadline, hours, now);
  }

  private async keep(answers: TimeAnswers): Promise<void> {
    await keepTimeAnswers(this.ports.memory, answers);
  }

  private async show(job: Job): Promise<void> {
    this.job = job;
    const { memory, reader, secrets, panel, clock, http, store } = this.ports;
    const { place, hours: jobHours } = job;
    const now = clock.wallMilliseconds();
    const latest = deadlineOf(job.deadline, jobHours, now, l10n.t);
    if (latest.kind === 'unknown') {
      void notify.warning(latest.message);
      return;
    }
    const deadline = latest.time;
    const energy = energyOf(readTimeAnswers(memory), jobHours, await projectRuns(reader));
    const kilowattHours = energy === null ? null : multiplyEstimates(energy.kilowattHours, place.pue);
    const question: TimeQuestion = {
      now,
      hours: jobHours,
      deadline,
      kilowattHours: kilowattHours?.value ?? null,
      minimumGrams: null,
    };
    const forecaster = await loadForecaster();
    const services = liveServices(
      await readLiveChoice(secrets),
      { http, store, clock },
      (zone, from, until) => Promise.resolve(forecaster.usual(zone, from, until)),
      l10n.t,
    );
    const found = await forecast(forecaster, place, question, services);
    const advice = adviseStart(found.forecast, question, l10n.t);
    const lifecycle = found.forecast?.basis !== 'operational';
    const age = lifecycle ? ageNote(forecaster.updated, now, l10n.t) : null;
    panel.show(
      title,
      timePageBody(
        {
          place: place.label,
          missing: found.forecast !== null ? null : place.zone === null && place.region === null ? 'place' : 'hours',
          advice,
          emissions: timeEmissions(advice, kilowattHours, lifecycle ? levelOf(place) : exactly(1)),
          energy: energy?.words ?? null,
          hours: hoursOf(found.forecast?.curve ?? null, now, deadline),
          weekendRatio: lifecycle && place.zone !== null ? forecaster.weekendRatio(place.zone) : null,
          now,
          deadline,
          jobHours,
          timeZone: localTimeZone() ?? 'UTC',
          notes: [...place.notes, ...found.notes, ...advice.notes, ...(age === null ? [] : [age])],
          source: `g/kWh: ${l10n.t(basisNames[found.forecast?.basis ?? place.intensity.basis])}, ${found.forecast?.source ?? place.intensity.source}.${lifecycle ? ` ${forecaster.attribution}` : ''}`,
          actions: {
            remindUri: (start) => commandUri(hiddenCommands.remindAt, start),
            calendarUri: (start, end) => commandUri(hiddenCommands.saveCalendar, { start, end }),
            copyScheduleUri: (start) => commandUri(hiddenCommands.copySchedule, start),
            askUri: (answer) => commandUri(hiddenCommands.askTimeAnswer, answer),
            recommendRegionUri: commandUri(commands.recommendRegion),
          },
        },
        l10n.t,
      ),
    );
  }
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
      title: l10n.t('Copy Line for Scheduler'),
      placeHolder: l10n.t('Which scheduler runs the job?'),
      matchOnDescription: true,
    },
  );
  if (item !== undefined) await env.clipboard.writeText(item.label);
}

/** The energy that the user entered, else that of the last run for the duration of the job. */
function energyOf(
  { kilowattHours }: TimeAnswers,
  hours: number,
  { last }: ProjectRuns,
): { readonly kilowattHours: Estimate; readonly words: string } | null {
  if (kilowattHours !== null)
    return { kilowattHours: exactly(kilowattHours), words: formatEnergy(kilowattHours * 1000) };
  if (last === null || last.kilowattHours === null || last.hours <= 0) return null;
  const energy = multiplyEstimates(last.kilowattHours, exactly(hours / last.hours));
  return {
    kilowattHours: energy,
    words: l10n.t('{0}, at the power of the last run here', `~${formatEnergy(energy.value * 1000)}`),
  };
}

/** The yearly level of the grid with its limits, as factors. */
function levelOf({ intensity: { gramsPerKWh, low, high } }: Place): Estimate {
  return gramsPerKWh === 0 ? exactly(1) : { value: 1, low: low / gramsPerKWh, high: high / gramsPerKWh };
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
    l10n.t,
  );
}
