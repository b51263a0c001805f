import { basename } from './file-name';
import { countryAlpha3 } from '../data/country-codes';
import { withParents } from './measuring/counted-once';
import { countedEnergy } from './describe';
import type { RunRecord } from './record';
import { clockTime, dayKey, twoDigits } from '../present/words';

/**
 * The columns of CodeCarbon's `emissions.csv` (3.x), in their order. Energy kWh, power W, mass kg, time s, memory GB.
 */
export const codeCarbonColumns = [
  'timestamp',
  'project_name',
  'run_id',
  'experiment_id',
  'duration',
  'emissions',
  'emissions_rate',
  'cpu_power',
  'gpu_power',
  'ram_power',
  'cpu_energy',
  'gpu_energy',
  'ram_energy',
  'energy_consumed',
  'water_consumed',
  'country_name',
  'country_iso_code',
  'region',
  'cloud_provider',
  'cloud_region',
  'os',
  'python_version',
  'codecarbon_version',
  'cpu_count',
  'cpu_model',
  'gpu_count',
  'gpu_model',
  'longitude',
  'latitude',
  'ram_total_size',
  'tracking_mode',
  'cpu_utilization_percent',
  'gpu_utilization_percent',
  'ram_utilization_percent',
  'ram_used_gb',
  'on_cloud',
  'pue',
  'wue',
] as const;

type CodeCarbonRow = Readonly<Record<(typeof codeCarbonColumns)[number], string | number | null>>;

/** CodeCarbon's dashboard fails if the country of the last run is empty; ISO reserves this code for users. */
const unknownCountry = 'ZZZ';

/** Google regions without figures in CodeCarbon 3.3.2. */
const unknownToCodeCarbon: readonly string[] = ['europe-north2', 'me-central1', 'northamerica-south1'];

/**
 * `Y` or `N`, never empty. CodeCarbon's table of clouds contains only Google's regions. It writes `N` for its own
 * runs on other clouds, and its dashboard fails on a `Y` whose region is not in the table. Provider and region are
 * given in any case.
 */
function onCloud(provider: string | null, region: string | null): 'Y' | 'N' {
  return provider === 'gcp' && region !== null && !unknownToCodeCarbon.includes(region) ? 'Y' : 'N';
}

/** The machine that keeps the records and measured them; null for unknown facts. */
export interface MachineFacts {
  readonly os: string;
  readonly cpuCount: number | null;
  readonly cpuModel: string | null;
  readonly memoryGigabytes: number | null;
}

/**
 * One run as a row of CodeCarbon's table. Unknown fields stay empty, never 0. CodeCarbon's energy and power include
 * the data centre: ours times the PUE. Its time stamps are local, at the end of the run.
 */
export function codeCarbonRow(record: RunRecord, machine: MachineFacts, toolVersion: string): CodeCarbonRow {
  const { pue, durationSeconds: seconds } = record;
  const energy = countedEnergy(record);
  const kilowattHours = (wattHours: number | null): number | null =>
    wattHours === null ? null : (wattHours / 1000) * pue;
  const watts = (wattHours: number | null): number | null =>
    wattHours === null || seconds <= 0 ? null : ((wattHours * 3600) / seconds) * pue;
  const emissions = record.emissionsGrams === null ? null : record.emissionsGrams.value / 1000;
  const zone = record.intensity?.zone ?? null;
  const country = zone?.split('-')[0] ?? null;
  const [provider = null, region = null] = record.intensity?.region?.split(':') ?? [];
  const gpus = new Map(
    record.sources.filter(({ component }) => component === 'gpu').map(({ name, label }) => [name, label]),
  );
  return {
    timestamp: localTimestamp(new Date(record.endedAt)),
    project_name: record.folder === null ? record.name : basename(record.folder),
    run_id: record.id,
    experiment_id: record.name,
    duration: seconds,
    emissions,
    emissions_rate: emissions === null || seconds <= 0 ? null : emissions / seconds,
    cpu_power: watts(energy.cpu),
    gpu_power: watts(energy.gpu),
    ram_power: watts(energy.memory),
    cpu_energy: kilowattHours(energy.cpu),
    gpu_energy: kilowattHours(energy.gpu),
    ram_energy: kilowattHours(energy.memory),
    energy_consumed: kilowattHours(energy.total),
    water_consumed: null,
    country_name: country === null ? null : countryName(country),
    country_iso_code: (country === null ? null : countryAlpha3(country)) ?? unknownCountry,
    region: zone !== null && zone !== country ? zone : null,
    cloud_provider: provider,
    cloud_region: region,
    os: machine.os,
    python_version: null,
    codecarbon_version: `green-ml ${toolVersion}`,
    cpu_count: record.hardware === null ? machine.cpuCount : record.hardware.cpuCount,
    cpu_model: record.hardware === null ? machine.cpuModel : record.hardware.cpu,
    gpu_count: gpus.size === 0 && record.machineWh.gpu !== 0 ? null : gpus.size,
    gpu_model: gpus.size === 0 ? null : [...gpus.values()].join(', '),
    longitude: null,
    latitude: null,
    ram_total_size: record.hardware === null ? machine.memoryGigabytes : record.hardware.memoryGigabytes,
    tracking_mode: record.scope === 'machine' ? 'machine' : 'process',
    cpu_utilization_percent: null,
    gpu_utilization_percent: null,
    ram_utilization_percent: null,
    ram_used_gb: null,
    on_cloud: onCloud(provider, region),
    pue,
    wue: null,
  };
}

/**
 * The runs that have ended, as a CSV file for CodeCarbon's tools. They add up the rows, so runs inside others are
 * left out: the outer run includes their energy.
 */
export async function exportCodeCarbon(
  records: readonly RunRecord[],
  machine: MachineFacts,
  toolVersion: string,
): Promise<string> {
  const ended = withParents(records.filter(({ status }) => status !== 'running'));
  const ids = new Set(ended.map(({ id }) => id));
  const rows = ended
    .filter(({ ancestors }) => !ancestors.some((id) => ids.has(id)))
    .map((record) => codeCarbonRow(record, machine, toolVersion));
  const cellText = await cellWriter();
  const lines = rows.map((row) => codeCarbonColumns.map((column) => cellText(row[column])).join());
  return [codeCarbonColumns.join(), ...lines].map((line) => `${line}\n`).join('');
}

/**
 * Writes cells of a CSV file. Most are figures and plain words, which stand in the file as they are; the library, which
 * takes longer for each than to make the whole row, writes the others, once each.
 */
async function cellWriter(): Promise<(value: string | number | null) => string> {
  const { stringify } = await import('csv-stringify/sync');
  const written = new Map<string, string>();
  return (value) => {
    if (value === null || value === '') return '';
    if (typeof value === 'number') return String(value);
    // A name that starts like a formula must not become one in a spreadsheet.
    if (/^[A-Za-z0-9]/.test(value) && !/[^\w .:-]/.test(value)) return value;
    const text = written.get(value) ?? stringify([[value]], { escape_formulas: true, eof: false });
    written.set(value, text);
    return text;
  };
}

/** Whole records, as in `runs list --json`. */
export function exportJson(records: readonly RunRecord[]): string {
  return `${JSON.stringify({ version: 1, runs: records }, null, 2)}\n`;
}

function localTimestamp(date: Date): string {
  return `${dayKey(date)}T${clockTime(date)}:${twoDigits(date.getSeconds())}`;
}

/** The names of countries by code: to ask for one takes longer than to make the rest of its row. */
const countryNames = new Map<string, string | null>();

function countryName(alpha2: string): string | null {
  const known = countryNames.get(alpha2);
  if (known !== undefined) return known;
  const name = nameInEnglish(alpha2);
  countryNames.set(alpha2, name);
  return name;
}

function nameInEnglish(alpha2: string): string | null {
  try {
    return new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(alpha2) ?? null;
  } catch {
    return null;
  }
}
