import assert from 'node:assert/strict';
import { TreeCopy } from '../support/tree-copy';

const region = (id: string, place: string, country: string, zone: string): string =>
  `    ${JSON.stringify({ provider: 'hetzner', region: id, place, country, latitude: 50.5, longitude: 12.4, zone, pue: 1.1, pueBasis: 'provider', pueYear: 2025, pueSource: null, carbonFreePercent: null, publishedGramsPerKWh: null, access: null })},\n`;

const ask = `import { findRegion, loadCatalogue } from './src/advice/where/catalogue';
import { adviseRegions } from './src/advice/where/region-advice';
import { regionHint } from './src/data/region-hints';
import { loadPlaceFinder } from './src/place/location';
import { RegionLiterals, regionOfEnvironment } from './src/place/region-names';

export async function answer() {
  const finder = await loadPlaceFinder();
  const catalogue = await loadCatalogue();
  const found = finder.find('hetzner online:fsn1', 'person');
  const literals = new RegionLiterals(catalogue.regions);
  const from = findRegion(catalogue, 'fsn1', 'any');
  const advice = adviseRegions(catalogue, {
    provider: 'hetzner',
    from: from.kind === 'found' ? from.region : null,
    kilowattHours: 1,
    within: null,
    maximumRoundTripMilliseconds: null,
    gpu: null,
    dataGigabytes: null,
  });
  return {
    place: found.kind === 'found' ? found.place.label : found.message,
    environment: regionOfEnvironment(literals, { HCLOUD_LOCATION: 'fsn1' }),
    literals: literals.find('location: fsn1').map(({ provider }) => provider),
    ranking: advice.candidates.map(({ region }) => region),
    notes: advice.notes,
    hint: regionHint('hetzner:fsn1')?.better,
  };
}
`;

describe('a cloud provider that is added to the list of providers and the table of regions', function () {
  this.timeout(600_000);

  it('is found by name, in the environment, in files, in the ranking and by the linter', async () => {
    await TreeCopy.with((copy) => {
      copy.addAfter(
        'src/data/providers.ts',
        /cloudProviders = \[\n/,
        "  { id: 'hetzner', names: ['hetzneronline'], variables: ['HCLOUD_LOCATION'], configurations: [] },\n",
      );
      copy.addAfter(
        'src/data/regions.json',
        /"regions": \[\n/,
        region('fsn1', 'Falkenstein', 'DE', 'DE') + region('hel1', 'Helsinki', 'FI', 'FI'),
      );
      copy.run('scripts/data/regions.mjs');
      assert.equal(copy.typeFaults('src/advice/where/region-advice.ts', 'src/lint/rules/high-carbon-region.ts'), '');
      assert.deepEqual(copy.ask(ask), {
        place: 'hetzner:fsn1, Falkenstein',
        environment: { provider: 'hetzner', region: 'fsn1', variable: 'HCLOUD_LOCATION' },
        literals: ['hetzner'],
        ranking: ['hel1', 'fsn1'],
        notes: [],
        hint: 'hel1',
      });
    });
  });
});
