import assert from 'node:assert/strict';
import { findRegion, loadCatalogue } from '../../../src/advice/where/catalogue';
import { adviseRegions, type RegionQuestion } from '../../../src/advice/where/region-advice';
import { regionColumns, regionPickText } from '../../../src/present/advice/region-columns';
import { formatMass } from '../../../src/present/words';
import { anyRegion } from '../../support/region-question';

const nothingAsked: RegionQuestion = { ...anyRegion, provider: 'aws' };

describe('present/advice/region-columns', () => {
  it('has the same facts in the terminal, on the page and in the quick pick', async () => {
    const catalogue = await loadCatalogue();
    const from = findRegion(catalogue, 'aws:us-east-1', 'any');
    assert.ok(from.kind === 'found');
    const question = { ...nothingAsked, from: from.region, kilowattHours: 12, dataGigabytes: 50 };
    const { candidates } = adviseRegions(catalogue, question);
    const [best] = candidates;
    assert.ok(best !== undefined);
    const cells = (where: 'text' | 'page'): Record<string, string> =>
      Object.fromEntries(regionColumns(where, question, candidates).map(({ name, cell }) => [name, cell(best)]));
    const [text, page] = [cells('text'), cells('page')];
    for (const name of ['intensity', 'limits', 'emissions', 'saving']) assert.equal(text[name], page[name], name);
    assert.equal(page['roundTrip'], `${text['roundTrip']} ms`);
    assert.equal(page['moving'], `${text['moving']} USD`);
    const { label, description, detail } = regionPickText(best, question);
    assert.equal(label, 'aws:eu-north-1');
    assert.equal(description, `${text['intensity']} g/IT-kWh · 95 % less than aws:us-east-1`);
    for (const part of [
      text['place'],
      `~${formatMass((best.kgForJob ?? 0) * 1000)} for 12 kWh`,
      `${text['roundTrip']} ms away`,
    ]) {
      assert.ok(detail.split(' · ').includes(part ?? ''), `${part} in ${detail}`);
    }
  });

  it('shows the energy and emissions of a very short run in units that fit', async () => {
    const { candidates } = adviseRegions(await loadCatalogue(), { ...nothingAsked, kilowattHours: 0.0000188 });
    const [best] = candidates;
    assert.ok(best !== undefined);
    assert.match(
      regionPickText(best, { ...nothingAsked, kilowattHours: 0.0000188 }).detail,
      /(?:^| · )~[\d.]+ mg for 18\.8 mWh/,
    );
  });

  it('leaves out what the question does not ask for', async () => {
    const { candidates } = adviseRegions(await loadCatalogue(), nothingAsked);
    const names = regionColumns('page', nothingAsked, candidates).map(({ name }) => name);
    assert.deepEqual(names, ['intensity', 'limits', 'pue']);
  });
});
