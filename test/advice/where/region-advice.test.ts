import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  loadCatalogue,
  findRegion,
  egressPrice,
  type Catalogue,
  type CatalogueRegion,
} from '../../../src/advice/where/catalogue';
import { parseResidency } from '../../../src/place/geography';
import {
  adviseRegions,
  isTie,
  type RegionCandidate,
  type RegionQuestion,
} from '../../../src/advice/where/region-advice';
import { anyRegion } from '../../support/region-question';

let catalogue: Catalogue;

function region(id: string): CatalogueRegion {
  return catalogue.regions.find((each) => each.id === id) ?? assert.fail(id);
}

const idOf = ({ provider, region: name }: RegionCandidate): string => `${provider}:${name}`;

function candidate(question: Partial<RegionQuestion>, id: string): RegionCandidate {
  return (
    adviseRegions(catalogue, { ...anyRegion, ...question }).candidates.find((each) => idOf(each) === id) ??
    assert.fail(`no ${id}`)
  );
}

function near(actual: number | null, expected: number): void {
  assert.ok(
    actual !== null && Math.abs(actual - expected) < 1e-9 * Math.max(1, expected),
    `${String(actual)} is not ${expected}`,
  );
}

/** Subsets of the real catalogue. */
const subsets = (): fc.Arbitrary<readonly CatalogueRegion[]> => fc.subarray([...catalogue.regions], { minLength: 1 });
const questions = (): fc.Arbitrary<RegionQuestion> =>
  fc.record({
    provider: fc.constantFrom('any', 'aws', 'gcp', 'azure'),
    from: fc.option(fc.constantFrom(...catalogue.regions)),
    kilowattHours: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    within: fc.option(fc.subarray(['DE', 'SE', 'US', 'FR', 'IN', 'JP', 'GB']).map((countries) => new Set(countries))),
    maximumRoundTripMilliseconds: fc.option(fc.double({ min: 0, max: 400, noNaN: true })),
    gpu: fc.constantFrom(null, 'A100', 'H100', 'T4'),
    dataGigabytes: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })),
  });

describe('region advice', () => {
  before(async () => {
    catalogue = await loadCatalogue();
  });

  it('agrees with known figures', () => {
    near(candidate({}, 'aws:eu-north-1').gramsPerITKWh, 21.8);
    near(candidate({}, 'aws:us-east-1').gramsPerITKWh, 480.7);
    for (const [provider, ratio] of [
      ['aws', 42],
      ['gcp', 35],
      ['azure', 37],
    ] as const) {
      const { candidates } = adviseRegions(catalogue, { ...anyRegion, provider });
      assert.equal(Math.round(candidates.at(-1)!.gramsPerITKWh / candidates[0]!.gramsPerITKWh), ratio, provider);
    }
  });

  it('calculates kilograms, savings, round trip and price from the region in use', () => {
    const from = region('aws:us-east-1');
    const stockholm = candidate({ from, kilowattHours: 1000, provider: 'aws' }, 'aws:eu-north-1');
    near(stockholm.kgForJob, 21.8);
    near(stockholm.savingPercent, (1 - 21.8 / 480.7) * 100);
    // About 6,400 km across the Atlantic.
    assert.ok(stockholm.rttMs !== null && stockholm.rttMs > 105 && stockholm.rttMs < 125, String(stockholm.rttMs));
    near(candidate({ from, provider: 'aws', dataGigabytes: 100 }, 'aws:eu-north-1').egressUsd, 2);
    near(candidate({ from, provider: 'aws', dataGigabytes: 100 }, 'aws:us-east-2').egressUsd, 1);
    const stay = candidate({ from, provider: 'aws', dataGigabytes: 100 }, 'aws:us-east-1');
    assert.deepEqual([stay.egressUsd, stay.rttMs, stay.savingPercent], [0, 0, 0]);
  });

  it('leaves unknown what it does not know', () => {
    const { kgForJob, savingPercent, rttMs, egressUsd, cfePercent } = candidate({}, 'aws:eu-north-1');
    assert.deepEqual([kgForJob, savingPercent, rttMs, egressUsd, cfePercent], [null, null, null, null, null]);
    assert.equal(candidate({ from: region('aws:us-east-1'), dataGigabytes: 5 }, 'gcp:us-central1').egressUsd, null);
    assert.equal(egressPrice(catalogue.egress, region('azure:westeurope'), region('azure:swedencentral')), null);
  });

  it('says if a PUE is assumed', () => {
    const oracle = candidate({ provider: 'oci' }, 'oci:eu-stockholm-1');
    assert.deepEqual([oracle.pue, oracle.puePublished], [1.2, false]);
    assert.match(adviseRegions(catalogue, { ...anyRegion, provider: 'oci' }).notes.join(' '), /PUE of oci is assumed/);
    assert.equal(candidate({}, 'aws:eu-north-1').puePublished, true);
  });

  it('has three headlines', () => {
    const { best, candidates } = adviseRegions(catalogue, {
      ...anyRegion,
      provider: 'aws',
      from: region('aws:us-east-1'),
      within: new Set(['US', 'DE']),
    });
    assert.equal(best.anywhere?.region, 'eu-north-1');
    assert.equal(best.withinLimits?.region, 'us-west-2');
    assert.equal(best.sameCountry?.region, 'us-west-2');
    assert.equal(idOf(candidates[0]!), 'aws:us-west-2');
  });

  it('never offers government regions, and never recommends those that are only open on request', () => {
    const { candidates, best } = adviseRegions(catalogue, {
      ...anyRegion,
      provider: 'azure',
      within: new Set(['NO', 'US']),
    });
    assert.deepEqual(
      candidates.filter(({ access }) => access === 'government'),
      [],
    );
    assert.equal(candidates.find(({ region: name }) => name === 'norwaywest')?.access, 'on request');
    assert.equal(best.withinLimits?.region, 'norwayeast');
    assert.ok(
      adviseRegions(catalogue, { ...anyRegion, provider: 'aws', from: region('aws:us-gov-east-1') }).candidates.some(
        ({ region: name }) => name === 'us-gov-west-1',
      ),
    );
  });

  it('keeps providers whose GPUs are not listed, and drops those with other GPUs only', () => {
    const { candidates, notes } = adviseRegions(catalogue, { ...anyRegion, gpu: 'H200' });
    const offered = new Set(candidates.map(({ provider }) => provider));
    assert.deepEqual([...offered].sort(), ['aws', 'azure', 'coreweave', 'gcp', 'oci']);
    assert.match(notes.join(' '), /may not have it in every region/);
    assert.ok(
      !adviseRegions(catalogue, { ...anyRegion, gpu: 'L4' }).candidates.some(({ provider }) => provider === 'ovh'),
    );
  });

  it('says if moving is not worth it', () => {
    assert.match(
      adviseRegions(catalogue, { ...anyRegion, provider: 'aws', from: region('aws:eu-north-1') }).notes.join(' '),
      /fewer GPU hours/,
    );
    assert.deepEqual(adviseRegions(catalogue, { ...anyRegion, within: new Set(['VA']) }).notes, [
      'No region meets the limits; relax them.',
    ]);
  });

  it('is sorted, and marks ties', () => {
    fc.assert(
      fc.property(questions(), (question) => {
        const { candidates } = adviseRegions(catalogue, question);
        candidates.forEach((each, index) => {
          const previous = candidates[index - 1];
          assert.ok(each.gramsPerITKWhLow <= each.gramsPerITKWh && each.gramsPerITKWh <= each.gramsPerITKWhHigh);
          assert.equal(each.tieWithPrevious, previous !== undefined && isTie(previous, each));
          if (previous !== undefined) assert.ok(previous.gramsPerITKWh <= each.gramsPerITKWh);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('does not reorder regions if another one is added', () => {
    fc.assert(
      fc.property(questions(), subsets(), (question, regions) => {
        const all = adviseRegions(catalogue, question).candidates.map(idOf);
        const some = adviseRegions({ ...catalogue, regions }, question).candidates.map(idOf);
        assert.deepEqual(
          some,
          all.filter((id) => some.includes(id)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('respects the limits for countries, round trip and provider', () => {
    fc.assert(
      fc.property(questions(), (question) => {
        const { candidates, best } = adviseRegions(catalogue, question);
        for (const each of [...candidates, best.withinLimits, best.sameCountry]) {
          if (each === null) continue;
          assert.ok(question.within === null || question.within.has(each.country));
          assert.ok(question.provider === 'any' || each.provider === question.provider);
          assert.ok(
            question.maximumRoundTripMilliseconds === null ||
              (each.rttMs !== null && each.rttMs <= question.maximumRoundTripMilliseconds),
          );
        }
        if (best.sameCountry !== null) assert.equal(best.sameCountry.country, question.from?.country);
      }),
      { numRuns: 100 },
    );
  });

  it("does not let a provider's claims change the order", () => {
    fc.assert(
      fc.property(questions(), fc.double({ min: 0, max: 100, noNaN: true }), (question, claim) => {
        const claimed = catalogue.regions.map((each, index) => ({
          ...each,
          carbonFreePercent: (claim * index) % 101,
          publishedGramsPerKWh: claim,
        }));
        assert.deepEqual(
          adviseRegions({ ...catalogue, regions: claimed }, question).candidates.map(idOf),
          adviseRegions(catalogue, question).candidates.map(idOf),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('does not let a price of carbon or the embodied share change the order, only the cost', () => {
    const priced = (): fc.Arbitrary<number> => fc.double({ min: 0, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(questions(), priced(), priced(), (question, usdPerTonne, embodiedKilograms) => {
        const plain = adviseRegions(catalogue, question);
        const { candidates, best } = adviseRegions(catalogue, { ...question, usdPerTonne, embodiedKilograms });
        assert.deepEqual(candidates.map(idOf), plain.candidates.map(idOf));
        assert.equal(plain.best.atPrice, null);
        candidates.forEach((each, index) => {
          const without = plain.candidates[index]?.kgForJob ?? null;
          assert.equal(each.kgForJob === null, without === null);
          if (each.kgForJob !== null && without !== null) near(each.kgForJob, without + embodiedKilograms);
          if (each.costUsd !== null)
            assert.ok(
              best.atPrice === null ||
                each.access !== null ||
                (best.atPrice.costUsd ?? Infinity) <= each.costUsd + 1e-9,
            );
        });
      }),
      { numRuns: 50 },
    );
  });

  it('never recommends a dirtier region for a higher price of carbon', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 0, max: 5000 }),
        (prices, dataGigabytes) => {
          const kilograms = [...prices]
            .sort((a, b) => a - b)
            .map(
              (usdPerTonne) =>
                adviseRegions(catalogue, {
                  ...anyRegion,
                  provider: 'aws',
                  from: region('aws:us-east-1'),
                  kilowattHours: 100,
                  dataGigabytes,
                  usdPerTonne,
                }).best.atPrice?.kgForJob ?? assert.fail('a region'),
            );
          kilograms.forEach((each, index) => assert.ok(index === 0 || each <= (kilograms[index - 1] ?? 0) + 1e-9));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('has symmetric ties', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...adviseRegions(catalogue, anyRegion).candidates),
        fc.constantFrom(...adviseRegions(catalogue, anyRegion).candidates),
        (a, b) => {
          assert.equal(isTie(a, b), isTie(b, a));
          assert.ok(isTie(a, a));
        },
      ),
    );
  });
});

describe('the region that a person named', () => {
  const named = (text: string, provider: RegionQuestion['provider'] = 'any'): string => {
    const answer = findRegion(catalogue, text, provider);
    return answer.kind === 'found' ? answer.region.id : answer.message;
  };

  it('is found with or without its provider', () => {
    assert.equal(named('us-east-1'), 'aws:us-east-1');
    assert.equal(named('aws:US-East-1'), 'aws:us-east-1');
    assert.equal(named('West Europe', 'azure'), 'azure:westeurope');
  });

  it('is suggested if it is misspelt', () => {
    assert.match(named('us-esat-1', 'aws'), /aws has no region "us-esat-1"; did you mean aws:us-east-1/);
    assert.match(named('asw:us-east-1'), /not a known provider; did you mean aws\?/);
    assert.match(named('qqqqqqqqqq'), /The tables have no region "qqqqqqqqqq"; leave it out/);
  });
});

describe('residency', () => {
  const countries = (text: string): readonly string[] => {
    const answer = parseResidency(text);
    return answer.kind === 'countries' ? [...answer.countries] : assert.fail(answer.message);
  };

  it('can be unions and countries', () => {
    assert.equal(countries('EU').length, 27);
    assert.equal(countries('eea').length, 30);
    assert.deepEqual(countries('DE, ch,UK'), ['DE', 'CH', 'GB']);
  });

  it('must be a country', () => {
    for (const text of ['Europe', 'ZZ', 'DE,', '', 'D3']) assert.equal(parseResidency(text).kind, 'unknown', text);
  });
});
