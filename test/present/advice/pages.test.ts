import assert from 'node:assert/strict';
import fc from 'fast-check';
import { link, page } from '../../../src/present/advice/page';
import { escapeHtml, html } from '../../../src/present/html';
import { headlineList, type RegionActions } from '../../../src/present/advice/region-hero';
import { regionPageBody } from '../../../src/present/advice/region-page';
import { axisOf } from '../../../src/present/advice/day-chart';
import type { TimePageContent } from '../../../src/present/advice/time-content';
import { timePageBody } from '../../../src/present/advice/time-page';
import { findRegion, loadCatalogue, type Catalogue, type CatalogueRegion } from '../../../src/advice/where/catalogue';
import { loadWorldMap, type WorldMap } from '../../../src/data/world-map';
import { loadForecaster } from '../../../src/grid/forecast';
import { hoursOf } from '../../../src/grid/profile';
import { adviseJointly } from '../../../src/advice/joint';
import { adviseRegions, type RegionQuestion } from '../../../src/advice/where/region-advice';
import { timeEmissions } from '../../../src/advice/when/saving';
import { adviseStart } from '../../../src/advice/when/time-advice';
import type { Estimate } from '../../../src/units/estimate';
import { anyRegion } from '../../support/region-question';

const now = Date.parse('2026-06-15T06:00:00Z');
const question: RegionQuestion = { ...anyRegion, provider: 'aws' };
const actions: RegionActions = {
  chooseUri: (id) => `command:choose?${id}`,
  write: { into: 'cloud.py:4', uri: (id) => `command:write?${id}` },
  askUri: (missing) => `command:ask?${missing}`,
};
let catalogue: Catalogue;
let map: WorldMap;

const withoutHours: TimePageContent = {
  place: 'World',
  missing: 'place',
  advice: { advice: 'no usable signal', now: null, best: null, notes: [] },
  emissions: null,
  energy: null,
  hours: [],
  weekendRatio: null,
  now,
  deadline: now + 86_400_000,
  jobHours: 1,
  timeZone: 'UTC',
  notes: [],
  source: '',
  actions: {
    remindUri: (start) => `command:remind?${start}`,
    calendarUri: (start, end) => `command:calendar?${start},${end}`,
    copyScheduleUri: (start) => `command:copy?${start}`,
    askUri: (answer) => `command:ask?${answer}`,
    recommendRegionUri: 'command:regions',
  },
};

/** The page for a job of so many hours in a zone within a day, as text. */
async function timePage(
  zone: string,
  hours: number,
  kilowattHours: Estimate | null = null,
  level: Estimate = { value: 1, low: 0.95, high: 1.1 },
): Promise<string> {
  const forecaster = await loadForecaster();
  const asked = { now, hours, deadline: now + 86_400_000, kilowattHours: null, minimumGrams: null };
  const { forecast } = forecaster.offline(zone, now, asked.deadline);
  const advice = adviseStart(forecast, asked);
  return timePageBody({
    ...withoutHours,
    place: zone,
    missing: null,
    advice,
    emissions: timeEmissions(advice, kilowattHours, level),
    hours: hoursOf(forecast?.curve ?? null, now, asked.deadline),
    jobHours: hours,
    timeZone: 'Europe/Berlin',
  }).toString();
}

/** The page for a question, as text. */
function regionPage(asked: RegionQuestion, given: RegionActions = actions): string {
  return regionPageBody({
    actions: given,
    advice: adviseRegions(catalogue, asked),
    question: asked,
    energySource: null,
    joint: null,
    catalogue,
    map,
  }).toString();
}

function region(id: string): CatalogueRegion {
  const answer = findRegion(catalogue, id, 'any');
  return answer.kind === 'found' ? answer.region : assert.fail(answer.message);
}

describe('the pages of advice', () => {
  before(async () => {
    catalogue = await loadCatalogue();
    map = await loadWorldMap();
  });

  it('do not let text become markup', () => {
    assert.equal(escapeHtml(`<b a="1" c='2'>&`), '&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;');
    assert.equal(
      link('command:x.y?"><i>', '<i>').toString(),
      '<a href="command:x.y?&#34;&#62;&#60;i&#62;">&#60;i&#62;</a>',
    );
    const text = timePageBody({
      ...withoutHours,
      place: '<script>',
      notes: ['<img>'],
      energy: '<s>',
      source: '<s>',
    }).toString();
    assert.doesNotMatch(text, /<(script|img|s)>/);
  });

  it('run no scripts and load nothing', () => {
    const text = page('Title', html`<p>body</p>`, 'abc');
    assert.match(text, /default-src 'none'; style-src 'nonce-abc'/);
    assert.doesNotMatch(text, /<script|https?:|style="/);
  });

  it('show regions with headlines, the columns for the question, and the licence', () => {
    const asked = { ...question, from: region('aws:us-east-1'), kilowattHours: 12, dataGigabytes: 50 };
    const advice = adviseRegions(catalogue, asked);
    const shown = regionPageBody({
      actions,
      advice,
      question: asked,
      energySource: 'measured in 3 runs of this project',
      joint: null,
      catalogue,
      map,
    }).toString();
    assert.match(
      shown,
      /Move from aws:us-east-1 to <strong>aws:eu-north-1<\/strong>, Europe North \(Stockholm\), on another continent, and save/,
    );
    assert.match(shown, /class="figure">~5\.5 kg CO₂e <span>95 % less<\/span>/);
    assert.match(shown, /The best anywhere: you set no limit on country or distance\./);
    assert.match(shown, /Range: 5\.28 to 5\.5 kg/);
    assert.match(shown, /For a job of 12 kWh, measured in 3 runs of this project/);
    assert.ok(shown.indexOf('class="hero') < shown.indexOf('<table'), 'the saving comes first');
    for (const title of ['CO₂e', 'Saving', 'Round trip', 'Moving data']) assert.ok(shown.includes(`>${title}<`), title);
    assert.match(shown, /us-east-1<\/a> \(now\)/);
    assert.match(shown, /Open Database License/);
  });

  it('have a bar with its range beside each intensity, and all regions once', () => {
    const shown = regionPage({ ...question, from: region('aws:us-east-1') });
    const { candidates } = adviseRegions(catalogue, question);
    const bars = shown.match(/<svg class="range[^"]*"/g) ?? [];
    // The region in use is shown above and in its place below.
    assert.equal(bars.length, candidates.length + 1);
    assert.equal(bars.filter((bar) => bar.includes('best')).length, 1);
    for (const { region: name } of candidates) assert.ok(shown.includes(`>aws:${name}</a>`), name);
    assert.ok(!shown.includes('not clearly different'), 'ties are said once, above them');
    assert.match(shown, /These 3 cannot be told apart/);
  });

  it('have a map of all regions, with the best one, the one in use and the way between them', () => {
    const from = region('aws:us-east-1');
    const shown = regionPage({ ...question, from });
    const start = shown.indexOf('class="map"');
    const drawn = shown.slice(start, shown.indexOf('</svg>', start));
    assert.equal(drawn.match(/<circle/g)?.length, adviseRegions(catalogue, { ...question, from }).candidates.length);
    assert.match(drawn, /<circle class="best"[^>]*><title>aws:eu-north-1: 21\.8 g/);
    assert.match(drawn, /<circle class="here"[^>]*><title>aws:us-east-1: 481 g/);
    assert.match(drawn, /<line /);
    assert.match(drawn, /aria-label="A map of \d+ regions\. The best is aws:eu-north-1/);
    const best = regionPage({ ...question, from: region('aws:eu-north-1') });
    assert.doesNotMatch(best, /<line x1="\d+" y1="\d+" x2="\d+" y2="\d+"\/><circle/, 'there is no way to go');
    for (const circle of regionPage(anyRegion).matchAll(/cx="(-?\d+)" cy="(-?\d+)"/g)) {
      const [x, y] = [Number(circle[1]), Number(circle[2])];
      assert.ok(x >= 0 && x <= map.width && y >= 0 && y <= map.height, circle[0]);
    }
  });

  it('have masses that can be read, however small the job', () => {
    for (const kilowattHours of [1.88e-9, 1.88e-5, 0.3, 4e5]) {
      const shown = regionPage({ ...question, from: region('aws:us-east-1'), kilowattHours });
      assert.doesNotMatch(shown, />[^<]*\de[-+]\d[^<]*</, `${kilowattHours} kWh`);
    }
    assert.match(regionPage({ ...question, from: region('aws:us-east-1'), kilowattHours: 1.88e-5 }), /~8\.63 mg CO₂e/);
  });

  it('offer what would make the saving known', () => {
    const withoutRegion = regionPage(question);
    assert.match(withoutRegion, /class="button" href="command:ask\?from">Choose the Region in Use/);
    const withoutEnergy = regionPage({ ...question, from: region('aws:us-east-1') });
    assert.match(withoutEnergy, /~95 % less CO₂e/);
    assert.match(withoutEnergy, /href="command:ask\?kilowattHours">Enter the Energy/);
  });

  it('offer to write the region into the file that names the one in use', () => {
    const asked = { ...question, from: region('aws:us-east-1'), kilowattHours: 12 };
    assert.match(
      regionPage(asked),
      /class="button" href="command:write\?aws:eu-north-1">Write It into cloud\.py:4<\/a>/,
    );
    assert.doesNotMatch(regionPage(asked, { ...actions, write: null }), /Write It/);
    assert.doesNotMatch(
      regionPage({ ...asked, provider: 'gcp' }),
      /Write It/,
      'the region of another provider does not fit there',
    );
  });

  it('promise nothing where the region in use is among the cleanest', () => {
    const shown = regionPage({ ...question, from: region('aws:eu-north-1'), kilowattHours: 12 });
    assert.match(
      shown,
      /class="hero now"><p class="lead"><strong>aws:eu-north-1<\/strong>.*is in use, and it is the best region that fits/,
    );
    assert.doesNotMatch(shown, /class="figure"/);
    // The legend names what the map shows: no region is cleaner than the best.
    const legend = shown.slice(shown.indexOf('class="key"'), shown.indexOf('</p></div>'));
    assert.match(legend, /best, in use.*not cleaner/);
    assert.doesNotMatch(legend, /cleaner than in use/);
  });

  it('leave out columns without known figures', () => {
    const shown = regionPageBody({
      actions,
      advice: adviseRegions(catalogue, question),
      question,
      energySource: null,
      joint: null,
      catalogue,
      map,
    }).toString();
    for (const title of ['CO₂e', 'Saving', 'Round trip', 'Moving data'])
      assert.ok(!shown.includes(`>${title}<`), title);
  });

  it('do not repeat a headline', () => {
    const advice = adviseRegions(catalogue, { ...question, from: region('aws:us-east-1'), within: new Set(['US']) });
    assert.deepEqual(
      headlineList(advice).map(({ title, candidate }) => [title, candidate.region]),
      [
        ['Best anywhere', 'eu-north-1'],
        ['Best within your limits', 'us-west-2'],
      ],
    );
  });

  it('show region and start together', async () => {
    const time = { now, hours: 4, deadline: now + 86_400_000, kilowattHours: null, minimumGrams: null };
    const asked = { ...question, within: new Set(['ES', 'HK']), provider: 'any' as const };
    const candidates = adviseJointly(catalogue, await loadForecaster(), asked, time);
    const shown = regionPageBody({
      actions,
      advice: adviseRegions(catalogue, asked),
      question: asked,
      energySource: null,
      joint: { candidates, now, timeZone: 'Europe/Berlin' },
      catalogue,
      map,
    }).toString();
    assert.match(shown, /Region and start together/);
    assert.match(shown, /aws:eu-south-2<\/th><td[^>]*>\d\d:\d\d \(\d\d:\d\d UTC\)/);
    assert.match(shown, /<td[^>]*>any time<\/td>/);
    assert.match(shown, /no hourly figures are known for that grid, so its yearly average counts/);
  });

  it('show the day with an axis, and now and the best start with their figures', async () => {
    const shown = await timePage('DE', 4);
    assert.match(shown, /Wait until <strong>1\d:00<\/strong> Europe\/Berlin/);
    assert.equal(shown.match(/<rect class="band/g)?.length, 2);
    assert.equal(shown.match(/<rect class="hit"/g)?.length, 24);
    assert.match(shown, /class="mark now"[^>]*>Start now: \d+ g\/kWh</);
    assert.match(shown, /class="mark best"[^>]*>1\d:00: \d+ g\/kWh</);
    assert.equal(shown.match(/<td[^>]*>cleanest<\/td>/g)?.length, 4);
    assert.match(shown, /command:remind\?\d+/);
    assert.match(shown, /Slurm: <code>sbatch --begin=2026-06-15T1\d:00<\/code>/);
    assert.match(shown, /command:calendar\?\d+,\d+">Save for a Calendar/);
  });

  it('say what waiting saves, in grams with their range if the energy is known', async () => {
    const shown = await timePage('DE', 4, { value: 0.5, low: 0.4, high: 0.6 });
    assert.match(shown, /class="figure">~\d+ g CO₂e <span>\d+ % less<\/span>/);
    assert.match(shown, /Range: \d+ to \d+ g, from the energy and .*; how much this day differs/);
    assert.match(shown, /class="mark now"[^>]*>Start now: \d+ g\/kWh · ~\d+ g</);
    assert.ok(shown.indexOf('class="hero') < shown.indexOf('class="day"'), 'the saving comes first');
    const unknown = await timePage('DE', 4);
    assert.match(unknown, /class="figure">~\d+ %</);
    assert.match(unknown, /command:ask\?kilowattHours">Enter the Energy/);
  });

  it('claim no more of a saving than a single day is known, however close the limits of energy and level are', async () => {
    const energy = { value: 31.4, low: 31.4, high: 31.4 };
    const shown = await timePage('DE', 4, energy, { value: 1, low: 0.999, high: 1.001 });
    const [, figure = ''] = /class="figure">~([\d.]+) k?g CO₂e/.exec(shown) ?? [];
    assert.ok(figure.replace(/^0\.|\./, '').replace(/0+$/, '').length <= 2, figure);
    assert.match(shown, /No range: how much this day differs from the usual one is not known\./);
    assert.doesNotMatch(shown, /Range: /);
  });

  it('say that the axis does not begin at 0 where it does not', async () => {
    const forecaster = await loadForecaster();
    let cut = 0;
    for (const zone of ['DE', 'FR', 'US-CAL-CISO', 'SE-SE3', 'ES', 'AU-SA']) {
      const shown = await timePage(zone, 4);
      const { segments } = forecaster.usual(zone, now, now + 86_400_000) ?? assert.fail(zone);
      const grams = segments.map(({ gramsPerKWh }) => gramsPerKWh);
      const isCut = Math.min(...grams) > Math.max(...grams) / 2;
      assert.equal(/The axis begins at \d+, not at 0\./.test(shown), isCut, zone);
      if (isCut) cut += 1;
    }
    assert.ok(cut > 0);
  });

  it('show the usual week with its weekend, if that is known', () => {
    const shown = timePageBody({ ...withoutHours, weekendRatio: 0.84 }).toString();
    assert.equal(shown.match(/class="column/g)?.length, 7);
    assert.equal(shown.match(/class="column best/g)?.length, 2);
    assert.match(shown, /aria-label="Weekdays 100 %, Saturday and Sunday 84 %\."/);
    const dirtier = timePageBody({ ...withoutHours, weekendRatio: 1.25 }).toString();
    assert.equal(dirtier.match(/class="column best/g)?.length, 5);
    assert.match(dirtier, /aria-label="Weekdays 80 %, Saturday and Sunday 100 %\."/);
    assert.doesNotMatch(timePageBody(withoutHours).toString(), /usual week/);
  });

  it('offer to set the location where it is unknown, and other places where only the hours are', () => {
    const unknown = timePageBody(withoutHours).toString();
    assert.match(unknown, /class="button" href="command:ask\?location">Set Location<\/a>/);
    assert.doesNotMatch(unknown, /At any time|Start at any/);
    const flat = timePageBody({ ...withoutHours, missing: 'hours', place: 'Iceland' }).toString();
    assert.match(flat, /Start at any time: no hour is known to be cleaner in Iceland\./);
    assert.match(flat, /command:regions">Find a Cleaner Region/);
  });
});

describe('the axis of a chart', () => {
  it('has round numbers around all values, and begins at 0 unless that hides the shape', () => {
    assert.deepEqual(axisOf(369, 414), { from: 360, to: 420, ticks: [360, 380, 400, 420] });
    assert.deepEqual(axisOf(20, 300).ticks, [0, 100, 200, 300]);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2000, noNaN: true }),
        fc.double({ min: 0, max: 2000, noNaN: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const { from, to, ticks } = axisOf(low, high);
          assert.ok(from <= low + 1e-6 && to >= high - 1e-6 && to > from, `${from} to ${to}`);
          assert.ok(ticks.length >= 2 && ticks.length <= 7, ticks.join());
          assert.ok(low > high / 2 || from === 0);
        },
      ),
    );
  });
});
