import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadCatalogue, type Catalogue } from '../../src/advice/where/catalogue';
import { loadForecaster, type Forecaster } from '../../src/grid/forecast';
import { adviseJointly, type JointCandidate } from '../../src/advice/joint';
import { millisecondsPerHour as hour } from '../../src/grid/profile';
import { adviseRegions, type RegionQuestion } from '../../src/advice/where/region-advice';
import { anyRegion } from '../support/region-question';

const now = Date.parse('2026-06-15T04:00:00Z');
let catalogue: Catalogue;
let forecaster: Forecaster;

function jointly(
  question: Partial<RegionQuestion>,
  hours: number,
  slackHours: number,
  only: Catalogue = catalogue,
): readonly JointCandidate[] {
  return adviseJointly(
    only,
    forecaster,
    { ...anyRegion, ...question },
    { now, hours, deadline: now + (hours + slackHours) * hour, kilowattHours: null, minimumGrams: null },
  );
}

const idOf = ({ candidate }: JointCandidate): string => `${candidate.provider}:${candidate.region}`;

describe('region and start together', () => {
  before(async () => {
    [catalogue, forecaster] = await Promise.all([loadCatalogue(), loadForecaster()]);
  });

  it('has the same regions as the list of regions, cleanest first, and each start within the deadline', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('any' as const, 'aws' as const, 'gcp' as const),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 48 }),
        (provider, hours, slack) => {
          const list = jointly({ provider }, hours, slack);
          assert.deepEqual(
            list.map(idOf).sort(),
            adviseRegions(catalogue, { ...anyRegion, provider })
              .candidates.map(({ provider: by, region }) => `${by}:${region}`)
              .sort(),
          );
          list.forEach(({ start, end, gramsPerITKWh }, index) => {
            assert.ok(start >= now && end <= now + (hours + slack) * hour && end - start === hours * hour);
            assert.ok(index === 0 || gramsPerITKWh >= (list[index - 1]?.gramsPerITKWh ?? 0));
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is not reordered by another region, and never gets worse with more slack', () => {
    fc.assert(
      fc.property(
        fc.subarray([...catalogue.regions], { minLength: 1 }),
        fc.integer({ min: 0, max: 24 }),
        (regions, slack) => {
          const all = jointly({}, 4, slack);
          const some = jointly({}, 4, slack, { ...catalogue, regions });
          const ids = some.map(idOf);
          assert.deepEqual(
            ids,
            all.map(idOf).filter((id) => ids.includes(id)),
          );
          const loose = new Map(jointly({}, 4, slack + 6).map((each) => [idOf(each), each.gramsPerITKWh]));
          // A wait that saves less than 5 % is not proposed, so the result may be worse by that much.
          for (const each of all) assert.ok((loose.get(idOf(each)) ?? Infinity) <= each.gramsPerITKWh / 0.95 + 1e-6);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('uses the yearly average and starts now if the hours of a grid are unknown', () => {
    const hongKong = jointly({ provider: 'aws', within: new Set(['HK']) }, 4, 20)[0] ?? assert.fail('a region');
    assert.deepEqual([hongKong.timed, hongKong.start], [false, now]);
    assert.equal(hongKong.gramsPerITKWh, hongKong.candidate.gramsPerITKWh);
  });
});
