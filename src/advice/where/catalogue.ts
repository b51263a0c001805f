import { latest } from '../../place/place';
import { regionPue, type Pue } from '../../place/pue';
import { plain, suggestions } from '../../present/spelling';
import { loadEgress, loadGpuInstances, type EgressPrices, type GpuInstance } from '../../data/advice';
import { loadRegions, loadZones, type CloudRegion } from '../../data/places';
import { providers, type Provider } from '../../data/providers';
import { multiplyEstimates, type Estimate } from '../../units/estimate';
import { english, type Translate } from '../../present/l10n';
import { oneOf } from '../../present/words';

/** A cloud region and its emissions per IT kilowatt-hour. */
export interface CatalogueRegion extends CloudRegion {
  /** `aws:eu-north-1` */
  readonly id: string;
  /**
   * Grid intensity of the latest year, lifecycle basis, in g/kWh. The limits are those of the last two years over all
   * grids that the region may be in.
   */
  readonly intensity: Estimate;
  readonly overhead: Pue;
  /** Grid intensity × PUE. */
  readonly gramsPerITKWh: Estimate;
}

/** All cloud regions of the tables, and the other tables that advice needs. */
export interface Catalogue {
  readonly regions: readonly CatalogueRegion[];
  readonly egress: EgressPrices;
  readonly instances: readonly GpuInstance[];
  /** Year of the intensities. */
  readonly year: number;
  /** Day on which the figures were collected, `YYYY-MM-DD`. */
  readonly updated: string;
  /** Must be shown with the figures. */
  readonly attribution: string;
}

export async function loadCatalogue(): Promise<Catalogue> {
  const [zoneTable, regionTable, egress, gpus] = await Promise.all([
    loadZones(),
    loadRegions(),
    loadEgress(),
    loadGpuInstances(),
  ]);
  const zones = new Map(zoneTable.zones.map((zone) => [zone.zone, zone]));
  const regions = regionTable.regions.map((region) => {
    const zone = zones.get(region.zone);
    if (zone === undefined) throw new Error(`no grid zone ${region.zone}`);
    const intensity = { value: latest(zone), low: region.lowGramsPerKWh, high: region.highGramsPerKWh };
    const overhead = regionPue(region);
    return {
      ...region,
      id: `${region.provider}:${region.region}`,
      intensity,
      overhead,
      gramsPerITKWh: multiplyEstimates(intensity, overhead),
    };
  });
  const year = zoneTable.years.at(-1) ?? 0;
  return {
    regions,
    egress: egress.prices,
    instances: gpus.instances,
    year,
    updated: zoneTable.updated,
    attribution: zoneTable.attribution,
  };
}

export type RegionAnswer =
  | { readonly kind: 'found'; readonly region: CatalogueRegion }
  /** `message` is one sentence for people. */
  | { readonly kind: 'unknown'; readonly message: string };

/** Finds the region that the user named: `eu-north-1` or `aws:eu-north-1`, within one provider if it is known. */
export function findRegion(
  { regions }: Pick<Catalogue, 'regions'>,
  text: string,
  provider: Provider | 'any',
  t: Translate = english,
): RegionAnswer {
  const [first = '', second] = text.trim().split(/[:/]/);
  const named = second === undefined ? provider : providers.find((each) => each === first.toLowerCase());
  if (named === undefined) {
    const similar = suggestions(
      first,
      providers.map((id) => ({ id, names: [id] })),
    );
    return {
      kind: 'unknown',
      message:
        similar.length === 0
          ? t('"{0}" is not a known provider; write one of {1}.', first, providers.join(', '))
          : t('"{0}" is not a known provider; did you mean {1}?', first, oneOf(similar, t)),
    };
  }
  const written = second ?? first;
  const offered = regions.filter((region) => named === 'any' || region.provider === named);
  const exact = offered.filter(({ region }) => region.toLowerCase() === written.trim().toLowerCase());
  // "West Europe" means westeurope, but us-east1 and us-east-1 are two regions.
  const fitting = exact.length > 0 ? exact : offered.filter(({ region }) => plain(region) === plain(written));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return { kind: 'found', region: only };
  if (only !== undefined)
    return {
      kind: 'unknown',
      message: t(
        '"{0}" is a region of several providers; write {1}.',
        written,
        oneOf(
          fitting.map(({ id }) => id),
          t,
        ),
      ),
    };
  const similar = suggestions(
    written,
    offered.map(({ id, region, place }) => ({ id, names: [region, place] })),
  );
  const meant = oneOf(similar, t);
  if (named === 'any')
    return {
      kind: 'unknown',
      message:
        similar.length === 0
          ? t('The tables have no region "{0}"; leave it out to see all regions.', written)
          : t('The tables have no region "{0}"; did you mean {1}?', written, meant),
    };
  return {
    kind: 'unknown',
    message:
      similar.length === 0
        ? t('{0} has no region "{1}"; leave it out to see all regions.', named, written)
        : t('{0} has no region "{1}"; did you mean {2}?', named, written, meant),
  };
}

/**
 * The price of moving data from one region to another of the same provider, in USD per GB; null if no list price is
 * known. Amazon has one price from a region to nearly all others; it is used for regions that are not in the list.
 */
export function egressPrice(prices: EgressPrices, from: CatalogueRegion, to: CatalogueRegion): number | null {
  if (from.id === to.id) return 0;
  const list = from.provider === to.provider ? prices[from.id] : undefined;
  if (list === undefined) return null;
  const listed = list[to.region];
  if (listed !== undefined || from.provider !== 'aws') return listed ?? null;
  const others = Object.entries(list)
    .flatMap(([region, price]) => (region === from.region || price === undefined ? [] : [price]))
    .sort((a, b) => a - b);
  return others[Math.floor(others.length / 2)] ?? null;
}
