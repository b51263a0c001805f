import { Command } from 'commander';
import { resolve } from 'node:path';
import { readSmallText } from '../system/files';
import { shellWord } from '../system/shell-word';
import { ageNote } from '../grid/age';
import { deadlineOf } from '../advice/when/deadline';
import { loadForecaster, type ForecastAnswer, type Forecaster } from '../grid/forecast';
import type { LivePlace } from '../grid/services/service';
import { dayAndTime, isoWithOffset, schedulerLines } from '../place/local-time';
import { hoursOf, type Hour } from '../grid/profile';
import { adviseStart, type TimeAdvice, type TimeQuestion } from '../advice/when/time-advice';
import { verdict } from '../present/advice/words';
import { localTimeZone } from '../system/time-zone';
import { linesOfText } from '../present/plain-text';
import { CommandError, requirePath, type Io } from './io';
import { liveServicesHelp, liveServicesOf } from './live-services';
import { atLeast, moreThanZero, most } from './number-option';
import { findPlace, placeChoice } from './place';
import { sharedSettings } from './settings';

interface WhenOptions {
  readonly location?: string;
  readonly hours?: number;
  readonly deadline?: string;
  readonly kwh?: number;
  readonly minGrams?: number;
  readonly live?: boolean;
  readonly script?: string;
  readonly json?: boolean;
}

/** `green-ml when`: the cleanest time to start. */
export function whenCommand(io: Io): Command {
  return new Command('when')
    .description('find the cleanest time to start a job')
    .option('--location <place>', 'grid zone such as DE, or provider:region such as aws:eu-north-1')
    .option('--hours <h>', 'duration of the job', moreThanZero(most.hours))
    .option(
      '--script <file>',
      'job script for Slurm: its #SBATCH --time is the duration, and sbatch gets a line for it',
    )
    .option(
      '--deadline <time>',
      'the latest finish, such as 24h or 2026-11-22T08:00 (default: 24h; for longer jobs, a day more than the job takes)',
    )
    .option('--kwh <n>', 'energy of the job, to show how many grams waiting saves', atLeast(0, most.kilowattHours))
    .option(
      '--min-grams <g>',
      'the smallest saving that is worth waiting for; needs --kwh',
      atLeast(0, most.kilograms * 1000),
    )
    .option('--live', `use ${liveServicesHelp}`)
    .option('--json', 'print JSON')
    .action(async (options: WhenOptions) => {
      io.stdout.write(await answer(options, io));
    });
}

async function answer(given: WhenOptions, io: Io): Promise<string> {
  const options = given.script === undefined ? given : await withScript(given, given.script, io);
  const request = questionOf(options, io.clock.wallMilliseconds());
  const settings = await sharedSettings(io);
  const place = await findPlace(placeChoice(options, settings));
  const question = {
    ...request,
    kilowattHours: request.kilowattHours === null ? null : request.kilowattHours * place.pue.value,
  };
  const zone = place.zone;
  if (zone === null)
    throw new CommandError(
      'set the location of the job with --location, or with location in the settings of the project, user or machine; the time zone of this machine is not enough.',
    );
  const forecaster = await loadForecaster();
  const livePlace = { zone, coordinates: place.region, region: place.region?.region ?? null };
  const found = await forecastOf(forecaster, livePlace, question, options.live === true, io);
  const advice = adviseStart(found.forecast, question);
  const timeZone = place.timeZone ?? 'UTC';
  const age = found.forecast?.basis === 'lifecycle' ? ageNote(forecaster.updated, question.now) : null;
  const notes = [...settings.problems, ...place.notes, ...found.notes, ...advice.notes, ...(age === null ? [] : [age])];
  const hourly = hoursOf(found.forecast?.curve ?? null, question.now, question.deadline);
  const { basis, source } = found.forecast ?? place.intensity;
  if (options.json === true) {
    const time = (at: number): string => isoWithOffset(at, timeZone);
    const document = {
      version: 1,
      zone,
      basis,
      source,
      timeZone,
      now: { start: time(question.now), gramsPerKWh: advice.now?.gramsPerKWh ?? place.intensity.gramsPerKWh },
      best:
        advice.best === null ? null : { ...advice.best, start: time(advice.best.start), end: time(advice.best.end) },
      advice: advice.advice,
      hourly: hourly.map(({ start, gramsPerKWh }) => ({ start: time(start), gramsPerKWh })),
      notes,
      attribution: basis === 'lifecycle' ? forecaster.attribution : null,
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  }
  const footer = [...notes, `g/kWh: ${basis}, ${source}.${basis === 'lifecycle' ? ` ${forecaster.attribution}` : ''}`];
  return `${[advised(advice, question, timeZone, options.script ?? null), chart(hourly, advice, timeZone), linesOfText(footer)].filter((part) => part !== '').join('\n\n')}\n`;
}

/** @throws CommandError if the job cannot end by its deadline */
function questionOf({ hours, deadline, kwh, minGrams }: WhenOptions, now: number): TimeQuestion {
  if (hours === undefined) throw new CommandError('give the duration of the job with --hours.');
  if (minGrams !== undefined && kwh === undefined) throw new CommandError('--min-grams needs --kwh.');
  const latest = deadlineOf(deadline ?? null, hours, now);
  if (latest.kind === 'unknown') throw new CommandError(latest.message);
  return { now, hours, deadline: latest.time, kilowattHours: kwh ?? null, minimumGrams: minGrams ?? null };
}

function forecastOf(
  forecaster: Forecaster,
  place: LivePlace,
  { now, deadline }: TimeQuestion,
  live: boolean,
  io: Io,
): Promise<ForecastAnswer> {
  if (!live) return Promise.resolve(forecaster.offline(place.zone, now, deadline));
  return forecaster.live(liveServicesOf(io, forecaster), place, now, deadline);
}

/**
 * The duration from the script, unless it was given.
 *
 * @throws CommandError if the script cannot be read or has no time limit
 */
async function withScript(options: WhenOptions, script: string, { cwd }: Io): Promise<WhenOptions> {
  requirePath(script);
  if (options.hours !== undefined) return options;
  const read = await readSmallText(resolve(cwd, script));
  if (read.kind !== 'text')
    throw new CommandError(
      `${script} cannot be read${read.kind === 'absent' ? ', as there is no such file' : ''}; give a job script.`,
    );
  const { scriptHours } = await import('../runs/slurm/script-limit');
  const hours = scriptHours(read.text);
  if (hours === null)
    throw new CommandError(
      `${script} has no time limit (#SBATCH --time=4:00:00); add one, or give the duration with --hours.`,
    );
  return { ...options, hours };
}

/** The advice; if it is to wait, also the figures and the commands for schedulers. */
function advised(advice: TimeAdvice, question: TimeQuestion, timeZone: string, script: string | null): string {
  const { now, best } = advice;
  const sentence = verdict(advice, question.now, timeZone);
  if (now === null || best === null) return sentence;
  if (advice.advice !== 'wait') return `${sentence} ${Math.round(now.gramsPerKWh)} g/kWh.`;
  const { slurm, at } = schedulerLines(best.start, localTimeZone() ?? 'UTC');
  return [
    sentence,
    `  now   ${Math.round(now.gramsPerKWh)} g/kWh`,
    `  then  ${Math.round(best.gramsPerKWh)} g/kWh, until ${dayAndTime(best.end, question.now, timeZone)}`,
    script === null ? `  ${slurm} …   or   ${at}` : `  ${slurm} ${wordOf(script)}`,
  ].join('\n');
}

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const mostBars = 72;

/** One bar per hour, with the proposed window underlined. */
function chart(hours: readonly Hour[], { best }: TimeAdvice, timeZone: string): string {
  const shown = hours.slice(0, mostBars);
  const [first] = shown;
  if (first === undefined || best === null) return '';
  const values = shown.map(({ gramsPerKWh }) => gramsPerKWh);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const bar = (value: number): string =>
    bars[high === low ? 0 : Math.round(((value - low) / (high - low)) * (bars.length - 1))] ?? '';
  const mark = ({ start, end }: Hour): string => (start < best.end && end > best.start ? '─' : ' ');
  const last = shown.at(-1) ?? first;
  return [
    `${values.map(bar).join('')}  ${Math.round(low)} to ${Math.round(high)} g/kWh, hour by hour from ${dayAndTime(first.start, first.start, timeZone)} to ${dayAndTime(last.end, first.start, timeZone)}`,
    shown.map(mark).join('').trimEnd(),
  ].join('\n');
}

const wordOf = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : shellWord(text));
