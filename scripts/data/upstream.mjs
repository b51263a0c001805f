// @ts-check
// Puts figures from public files into the tables: pure functions for `refresh.mjs` and its tests. Rows that the files do
// not have stay unchanged.

/** How many years of figures a zone has. */
const yearsKept = 5;

/** @typedef {{ name: string, year: number, gramsPerKWh: number, low: number, high: number }} CountryRow */
/** @typedef {{ provider: string, region: string, carbonFreePercent: number | null, publishedGramsPerKWh: number | null }} RegionRow */

/**
 * co2.js, data/output/electricity-maps/yearly_YYYY.json, by year.
 * @typedef {Record<string, { zone: { zoneName: string }, carbonIntensity: { value: number }, renewableEnergy?: { value: number | null }, carbonFreeEnergy?: { value: number | null } }>} YearlyFile
 * @typedef {{ zone: string, gramsPerKWh: number[], carbonFreePercent: number | null, renewablePercent: number | null }} ZoneRow
 * @typedef {{ years: number[], zones: ZoneRow[] }} ZoneTable
 */

/**
 * The zones with the newest years. Throws if a year has no figure for a zone that has one in another year.
 * @template {ZoneTable} T
 * @param {T} table
 * @param {ReadonlyMap<number, YearlyFile>} files
 * @returns {T}
 */
export function refreshZones(table, files) {
  const years = [...new Set([...table.years, ...files.keys()])].sort((a, b) => a - b).slice(-yearsKept);
  const last = years.at(-1) ?? 0;
  const zones = table.zones.map((row) => {
    const gramsPerKWh = years.map((year) => {
      const newest = files.get(year)?.[row.zone]?.carbonIntensity.value;
      const known = newest ?? row.gramsPerKWh[table.years.indexOf(year)];
      if (known === undefined)
        throw new Error(
          `${row.zone} has no figure for ${year}: give a file that has it, or leave yearly_${year}.json out.`,
        );
      if (!(known >= 0 && known < 3000))
        throw new Error(`${row.zone} has ${known} g/kWh in ${year}, which no grid has: look at yearly_${year}.json.`);
      return known;
    });
    const newest = files.get(last)?.[row.zone];
    const shares =
      newest === undefined
        ? {}
        : {
            carbonFreePercent: newest.carbonFreeEnergy?.value ?? null,
            renewablePercent: newest.renewableEnergy?.value ?? null,
          };
    return { ...row, gramsPerKWh, ...shares };
  });
  return { ...table, years, zones };
}

/**
 * Zones of the newest file that are missing from the table. A person must look up their country and time zone.
 * @param {ZoneTable} table
 * @param {ReadonlyMap<number, YearlyFile>} files
 * @returns {string[]}
 */
export function newZones(table, files) {
  const newest = files.get(Math.max(...files.keys())) ?? {};
  return Object.keys(newest).filter((zone) => !table.zones.some((row) => row.zone === zone));
}

/**
 * The range of each region: the last two years of its own zone, and the last year of other zones that it may be in.
 * @param {{ regions: { provider: string, region: string, zone: string }[] }} regions
 * @param {ZoneTable} zones
 * @param {Record<string, string[]>} otherZones by `provider:region`
 * @returns {Record<string, [number, number]>}
 */
export function regionRanges({ regions }, { zones }, otherZones) {
  const byId = new Map(zones.map((row) => [row.zone, row.gramsPerKWh]));
  /** @type {(zone: string) => number[]} */
  const of = (zone) => {
    const found = byId.get(zone);
    if (found === undefined) throw new Error(`There is no zone ${zone}.`);
    return found;
  };
  return Object.fromEntries(
    regions.map(({ provider, region, zone }) => {
      const id = `${provider}:${region}`;
      const values = [...of(zone).slice(-2), ...(otherZones[id] ?? []).flatMap((other) => of(other).slice(-1))];
      return [id, /** @type {[number, number]} */ ([Math.min(...values), Math.max(...values)])];
    }),
  );
}

/**
 * Countries with Ember's figures: co2.js, data/output/average-intensities.json. Limits widen to include a new value.
 * @template {{ countries: CountryRow[], world: CountryRow }} T
 * @param {T} table
 * @param {Record<string, { country_or_region: string, year: number, emissions_intensity_gco2_per_kwh: number }>} file
 * @returns {T}
 */
export function refreshCountries(table, file) {
  const byName = new Map(Object.values(file).map((row) => [row.country_or_region, row]));
  /** @type {<R extends CountryRow>(row: R) => R} */
  const refreshed = (row) => {
    const ember = byName.get(row.name);
    if (ember === undefined) return row;
    const value = ember.emissions_intensity_gco2_per_kwh;
    return {
      ...row,
      year: ember.year,
      gramsPerKWh: value,
      low: Math.min(row.low, value),
      high: Math.max(row.high, value),
    };
  };
  return { ...table, countries: table.countries.map(refreshed), world: refreshed(table.world) };
}

/**
 * Google's own figures for a year: region-carbon-info, data/yearly/YYYY.csv. Ignored if older than those in the table.
 * @template {{ googleYear: number, regions: RegionRow[] }} T
 * @param {T} table
 * @param {number} year
 * @param {Record<string, string>[]} rows
 * @returns {T}
 */
export function refreshGoogle(table, year, rows) {
  if (year < table.googleYear) return table;
  const byRegion = new Map(rows.map((row) => [row['Google Cloud Region'], row]));
  const regions = table.regions.map((row) => {
    const google = row.provider === 'gcp' ? byRegion.get(row.region) : undefined;
    if (google === undefined) return row;
    return {
      ...row,
      carbonFreePercent: percent(google['Google CFE']),
      publishedGramsPerKWh: numberIn(google['Grid carbon intensity (gCO2eq / kWh)']),
    };
  });
  return { ...table, googleYear: year, regions };
}

/** @param {string | undefined} text a share of 1 */
function percent(text) {
  const share = numberIn(text);
  return share === null ? null : Math.round(share * 100);
}

/** @param {string | undefined} text */
function numberIn(text) {
  const value = Number(text);
  return text === undefined || text.trim() === '' || !Number.isFinite(value) ? null : value;
}
