import { Command } from 'commander';
import { ageNote } from '../grid/age';
import { loadPlaceFinder } from '../place/location';
import { providers, type Provider } from '../data/providers';
import { suggestions } from '../present/spelling';
import { findRegion, loadCatalogue, type Catalogue, type CatalogueRegion } from '../advice/where/catalogue';
import { deadlineOf } from '../advice/when/deadline';
import { loadForecaster } from '../grid/forecast';
import { parseResidency } from '../place/geography';
import { gpuNames, providersListed, providersWithGpu } from '../advice/where/gpu';
import { adviseJointly, type JointCandidate } from '../advice/joint';
import { isoWithOffset } from '../place/local-time';
import { adviseRegions, type RegionAdvice, type RegionQuestion } from '../advice/where/region-advice';
import { regionSource } from '../present/advice/words';
import { originRemark } from '../runs/origin';
import { localTimeZone } from '../system/time-zone';
import { linesOfText } from '../present/plain-text';
import { headlines, jointTable, regionTable } from '../present/advice/region-text';
import { CommandError, type Io } from './io';
import { atLeast, moreThanZero, most } from './number-option';
import { placeChoice } from './place';
import { sharedSettings } from './settings';
import { oneOf } from '../present/words';

interface RegionsOptions {
  readonly provider?: string;
  readonly from?: string;
  readonly kwh?: number;
  readonly within?: string;
  readonly maxRtt?: number;
  readonly gpu?: string;
  readonly dataGb?: number;
  readonly embodiedKg?: number;
  readonly carbonPrice?: number;
  readonly hours?: number;
  readonly deadline?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `green-ml regions`: cloud regions by their emissions per kilowatt-hour of IT energy. */
export function regionsCommand(io: Io): Command {
  return new Command('regions')
    .description('find the cloud region with the lowest emissions')
    .option('--provider <name>', `one of ${providers.join(', ')}, or any`)
    .option('--from <region>', 'the region in use now, to compare emissions and distances with')
    .option('--kwh <n>', "energy of the job, without the data centre's overhead", atLeast(0, most.kilowattHours))
    .option('--within <places>', 'where data must stay: EU, EEA or country codes, with commas')
    .option(
      '--max-rtt <ms>',
      'longest round trip from the region in use; needs --from',
      moreThanZero(most.milliseconds),
    )
    .option('--gpu <name>', 'only providers that have this GPU')
    .option('--data-gb <n>', 'data to move to the region', atLeast(0, most.gigabytes))
    .option(
      '--embodied-kg <kg>',
      "the job's share of making the hardware, the same in every region; needs --kwh",
      atLeast(0, most.kilograms),
    )
    .option(
      '--carbon-price <usd>',
      'price of a tonne of CO₂e: finds the region with the lowest cost of carbon and data transfer; needs --kwh',
      atLeast(0, most.usd),
    )
    .option(
      '--hours <h>',
      'duration of the job: ranks regions with the cleanest start time in each',
      moreThanZero(most.hours),
    )
    .option(
      '--deadline <time>',
      'with --hours: the latest finish, such as 24h or 2026-11-22T08:00 (default: 24h; for longer jobs, a day more than the job takes)',
    )
    .option('--all', 'show all regions, not only the best')
    .option('--json', 'print JSON')
    .action(async (options: RegionsOptions) => {
      const catalogue = await loadCatalogue();
      const home = await homeOf(io, options, catalogue);
      const question = questionOf(home.region === null ? options : { ...options, from: home.region }, catalogue);
      const advice = adviseRegions(catalogue, question);
      const now = io.clock.wallMilliseconds();
      const joint =
        options.hours === undefined ? null : await jointly(catalogue, question, options.hours, now, options.deadline);
      const age = ageNote(catalogue.updated, now);
      const noted = { ...advice, notes: [...home.notes, ...advice.notes, ...(age === null ? [] : [age])] };
      const columns = io.stdout.isTTY === true ? (io.stdout.columns ?? null) : null;
      io.stdout.write(
        options.json === true
          ? json(noted, question, joint, catalogue)
          : text(noted, question, joint, catalogue, options, now, columns),
      );
    });
}

/** The region in the settings, if the options have none; a grid zone is not a region to move from. */
async function homeOf(
  io: Io,
  { from }: RegionsOptions,
  catalogue: Catalogue,
): Promise<{ readonly region: string | null; readonly notes: readonly string[] }> {
  if (from !== undefined) return { region: null, notes: [] };
  const settings = await sharedSettings(io);
  const { problems } = settings;
  const { location } = placeChoice({}, settings);
  const place = location === null ? null : (await loadPlaceFinder()).find(location.value, location.from.by);
  const region = place?.kind === 'found' ? place.place.region : null;
  const id = region === null ? null : `${region.provider}:${region.region}`;
  if (id === null || findRegion(catalogue, id, 'any').kind !== 'found') return { region: null, notes: problems };
  return {
    region: id,
    notes: [...problems, `Compared with ${id}, the location ${originRemark(location?.from) ?? ''}.`],
  };
}

/** @throws CommandError if an option has an unknown value */
function questionOf(options: RegionsOptions, catalogue: Catalogue): RegionQuestion {
  const chosenProvider = options.provider === undefined ? null : providerOf(options.provider);
  const from = options.from === undefined ? null : regionOf(catalogue, options.from, chosenProvider ?? 'any');
  if (options.maxRtt !== undefined && from === null) throw new CommandError('--max-rtt needs --from.');
  if (options.carbonPrice !== undefined && options.kwh === undefined)
    throw new CommandError('--carbon-price needs --kwh.');
  if (options.embodiedKg !== undefined && options.kwh === undefined)
    throw new CommandError('--embodied-kg needs --kwh.');
  if (options.gpu !== undefined) requireGpu(catalogue, options.gpu);
  return {
    provider: chosenProvider ?? from?.provider ?? 'any',
    from,
    kilowattHours: options.kwh ?? null,
    within: options.within === undefined ? null : countriesOf(options.within),
    maximumRoundTripMilliseconds: options.maxRtt ?? null,
    gpu: options.gpu ?? null,
    dataGigabytes: options.dataGb ?? null,
    embodiedKilograms: options.embodiedKg ?? null,
    usdPerTonne: options.carbonPrice ?? null,
  };
}

function providerOf(given: string): Provider | 'any' {
  const names = [...providers, 'any'] as const;
  const found = names.find((name) => name === given.toLowerCase());
  if (found !== undefined) return found;
  const similar = suggestions(
    given,
    names.map((id) => ({ id, names: [id] })),
  );
  throw new CommandError(
    `"${given}" is not a provider in the tables; ${similar.length === 0 ? `write ${oneOf(names)}.` : `did you mean ${oneOf(similar)}?`}`,
  );
}

function regionOf(catalogue: Catalogue, given: string, provider: Provider | 'any'): CatalogueRegion {
  // --from may be a region of another provider than --provider.
  const named = findRegion(catalogue, given, provider);
  const answer = named.kind === 'found' ? named : findRegion(catalogue, given, 'any');
  if (answer.kind === 'found') return answer.region;
  throw new CommandError(named.kind === 'found' ? answer.message : named.message);
}

function countriesOf(given: string): ReadonlySet<string> {
  const residency = parseResidency(given);
  if (residency.kind === 'unknown') throw new CommandError(residency.message);
  return residency.countries;
}

function requireGpu({ instances }: Catalogue, gpu: string): void {
  if (providersWithGpu(instances, gpu).size > 0) return;
  const names = gpuNames(instances);
  const similar = suggestions(
    gpu,
    names.map((id) => ({ id, names: [id, id.replace(/^NVIDIA /i, '')] })),
  );
  throw new CommandError(
    `"${gpu}" is not in the instance lists of ${[...providersListed(instances)].join(', ')}; ${similar.length === 0 ? `available: ${names.join(', ')}.` : `did you mean ${oneOf(similar)}?`}`,
  );
}

async function jointly(
  catalogue: Catalogue,
  question: RegionQuestion,
  hours: number,
  now: number,
  deadline: string | undefined,
): Promise<readonly JointCandidate[]> {
  const latest = deadlineOf(deadline ?? null, hours, now);
  if (latest.kind === 'unknown') throw new CommandError(latest.message);
  return adviseJointly(catalogue, await loadForecaster(), question, {
    now,
    hours,
    deadline: latest.time,
    kilowattHours: question.kilowattHours,
    minimumGrams: null,
  });
}

function json(
  { candidates, best, notes }: RegionAdvice,
  { from }: RegionQuestion,
  joint: readonly JointCandidate[] | null,
  catalogue: Catalogue,
): string {
  const starts = joint?.map(({ candidate, start, end, gramsPerITKWh, timed, savingPercent }) => ({
    provider: candidate.provider,
    region: candidate.region,
    start: isoWithOffset(start, 'UTC'),
    end: isoWithOffset(end, 'UTC'),
    gramsPerITKWh,
    timed,
    savingPercent,
  }));
  const { attribution, updated } = catalogue;
  const source = `${catalogue.attribution} Yearly averages of ${catalogue.year}.`;
  const document = {
    version: 1,
    from: from?.id ?? null,
    candidates,
    best,
    ...(starts === undefined ? {} : { starts }),
    notes,
    basis: 'lifecycle',
    source,
    updated,
    attribution,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function text(
  advice: RegionAdvice,
  question: RegionQuestion,
  joint: readonly JointCandidate[] | null,
  catalogue: Catalogue,
  { all }: RegionsOptions,
  now: number,
  width: number | null,
): string {
  const parts = [
    headlines(advice, question),
    joint === null
      ? regionTable(advice.candidates, question, all === true, width)
      : jointTable(joint, all === true, now, localTimeZone() ?? 'UTC', width),
    linesOfText(advice.notes),
  ];
  return `${[...parts, regionSource(catalogue)]
    .filter((part) => part !== '')
    .map((part) => part.trimEnd())
    .join('\n\n')}\n`;
}
