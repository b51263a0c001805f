import { spawnSync } from 'node:child_process';
import { systemClock } from '../src/system/clock';
import { loadPlaceFinder } from '../src/place/location';
import { findRegion, loadCatalogue } from '../src/advice/where/catalogue';
import { loadForecaster } from '../src/grid/forecast';
import { hoursOf } from '../src/grid/profile';
import { adviseJointly } from '../src/advice/joint';
import { RegionLiterals } from '../src/place/region-names';
import { millisecondsPerHour } from '../src/grid/profile';
import { adviseRegions } from '../src/advice/where/region-advice';
import { adviseStart } from '../src/advice/when/time-advice';
import { anyRegion } from '../test/support/region-question';

const limitMilliseconds = 50;
const coldRounds = 3;
const warmRounds = 15;

/** How long advice takes without network: the first answer of a process, which reads the tables, and each one after it. */
export async function run(): Promise<void> {
  for (const [name, question] of Object.entries(questions)) {
    const cold = Array.from({ length: coldRounds }, () => inNewProcess(name));
    await question();
    const warm: number[] = [];
    for (let round = 0; round < warmRounds; round += 1) warm.push(await timed(question));
    console.log(`${name.padEnd(28)} first ${figure(cold)}; then ${figure(warm)}`);
  }
}

/** Every question that the commands, lenses and the terminal ask. */
const questions: Readonly<Record<string, () => Promise<unknown>>> = {
  'regions of all providers': async () =>
    adviseRegions(await loadCatalogue(), { ...anyRegion, kilowattHours: 12, dataGigabytes: 50 }),
  'region and start together': async () =>
    adviseJointly(await loadCatalogue(), await loadForecaster(), anyRegion, time(8)),
  'best start within a day': async () => start(4, 24),
  'best start within a month': async () => start(4, 24 * 30),
  'a misspelt region': async () => [
    findRegion(await loadCatalogue(), 'us-esat-1', 'any'),
    (await loadPlaceFinder()).find('Germny', 'setting'),
  ],
  'regions in a file of 2,000 lines': async () =>
    new RegionLiterals((await loadCatalogue()).regions).find('x = 1\nregion = "us-east-1"\n'.repeat(1000)),
};

/** Called in a process of its own: prints the milliseconds of one answer. */
export async function first(name: string): Promise<void> {
  const question = questions[name];
  if (question === undefined) throw new Error(`There is no question ${name}.`);
  console.log(await timed(question));
}

const now = Date.parse('2026-06-15T04:00:00Z');

function time(hours: number, slack = 24): Parameters<typeof adviseStart>[1] {
  return { now, hours, deadline: now + slack * millisecondsPerHour, kilowattHours: null, minimumGrams: null };
}

async function start(hours: number, slack: number): Promise<unknown> {
  const question = time(hours, slack);
  const { forecast } = (await loadForecaster()).offline('DE', now, question.deadline);
  return [adviseStart(forecast, question), hoursOf(forecast?.curve ?? null, now, question.deadline)];
}

async function timed(question: () => Promise<unknown>): Promise<number> {
  const began = systemClock.monotonicSeconds();
  await question();
  return (systemClock.monotonicSeconds() - began) * 1000;
}

function inNewProcess(name: string): number {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--eval', 'require(process.argv[1]).first(process.argv[2])', __filename, name],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

function figure(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const longest = sorted.at(-1) ?? NaN;
  return `${median.toFixed(1)} ms (longest ${longest.toFixed(1)} ms), ${(median / limitMilliseconds).toFixed(2)} of the limit of ${limitMilliseconds} ms`;
}
