import assert from 'node:assert/strict';
import { link, page } from '../../../src/present/advice/page';
import { escapeHtml, html } from '../../../src/present/html';
import { headlineList, type RegionActions } from '../../../src/present/advice/region-hero';
import { regionPageBody } from '../../../src/present/advice/region-page';
import { timePageBody } from '../../../src/present/advice/time-page';
import { findRegion, loadCatalogue, type Catalogue, type CatalogueRegion } from '../../../src/advice/where/catalogue';
import { loadForecaster } from '../../../src/grid/forecast';
import { hoursOf } from '../../../src/grid/profile';
import { adviseJointly } from '../../../src/advice/joint';
import { adviseRegions, type RegionQuestion } from '../../../src/advice/where/region-advice';
import { adviseStart } from '../../../src/advice/when/time-advice';
import { anyRegion } from '../../support/region-question';

const now = Date.parse('2026-06-15T06:00:00Z');
const question: RegionQuestion = { ...anyRegion, provider: 'aws' };
const actions: RegionActions = {
  chooseUri: (id) => `command:choose?${id}`,
  write: { into: 'cloud.py:4', uri: (id) => `command:write?${id}` },
  askUri: (missing) => `command:ask?${missing}`,
};
let catalogue: Catalogue;

/** The page for a question, as text. */
function regionPage(asked: RegionQuestion, given: RegionActions = actions): string {
  return regionPageBody({
    actions: given,
    advice: adviseRegions(catalogue, asked),
    question: asked,
    energySource: null,
    joint: null,
    catalogue,
  }).toString();
}

function region(id: string): CatalogueRegion {
  const answer = findRegion(catalogue, id, 'any');
  return answer.kind === 'found' ? answer.region : assert.fail(answer.message);
}

describe('the pages of advice', () => {
  before(async () => {
    catalogue = await loadCatalogue();
  });

  it('do not let text become markup', () => {
    assert.equal(escapeHtml(`<b a="1" c='2'>&`), '&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;');
    assert.equal(
      link('command:x.y?"><i>', '<i>').toString(),
      '<a href="command:x.y?&#34;&#62;&#60;i&#62;">&#60;i&#62;</a>',
    );
    const text = timePageBody({
      remindUri: (start) => `command:remind?${start}`,
      copyScheduleUri: (start) => `command:copy?${start}`,
      place: '<script>',
      advice: { advice: 'no usable signal', now: null, best: null, notes: [] },
      hours: [],
      now,
      jobHours: 1,
      timeZone: 'UTC',
      notes: ['<img>'],
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
    }).toString();
    assert.match(
      shown,
      /Move from aws:us-east-1 to <strong>aws:eu-north-1<\/strong>, Europe North \(Stockholm\), and save/,
    );
    assert.match(shown, /class="figure">~5\.5 kg CO₂e <span>95 % less<\/span>/);
    assert.match(shown, /Range: 5\.3 to 5\.5 kg/);
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
    assert.match(shown, /None of these 3 is clearly dirtier than the first/);
  });

  it('have masses that can be read, however small the job', () => {
    for (const kilowattHours of [1.88e-9, 1.88e-5, 0.3, 4e5]) {
      const shown = regionPage({ ...question, from: region('aws:us-east-1'), kilowattHours });
      assert.doesNotMatch(shown, />[^<]*\de[-+]\d[^<]*</, `${kilowattHours} kWh`);
    }
    assert.match(regionPage({ ...question, from: region('aws:us-east-1'), kilowattHours: 1.88e-5 }), /~8\.6 mg CO₂e/);
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
      /class="hero now"><p class="lead"><strong>aws:eu-north-1<\/strong>.*Moving saves nothing for certain/,
    );
    assert.doesNotMatch(shown, /class="figure"/);
  });

  it('leave out columns without known figures', () => {
    const shown = regionPageBody({
      actions,
      advice: adviseRegions(catalogue, question),
      question,
      energySource: null,
      joint: null,
      catalogue,
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
    }).toString();
    assert.match(shown, /Region and start together/);
    assert.match(shown, /aws:eu-south-2<\/th><td>\d\d:\d\d \(\d\d:\d\d UTC\)/);
    assert.match(shown, /<td>any time<\/td>/);
    assert.match(shown, /no hourly figures are known for that grid, so its yearly average counts/);
  });

  it('show the day with the window marked, also in words and figures', async () => {
    const forecaster = await loadForecaster();
    const asked = { now, hours: 4, deadline: now + 86_400_000, kilowattHours: null, minimumGrams: null };
    const { forecast } = forecaster.offline('DE', now, asked.deadline);
    const shown = timePageBody({
      remindUri: (start) => `command:remind?${start}`,
      copyScheduleUri: (start) => `command:copy?${start}`,
      place: 'Germany',
      advice: adviseStart(forecast, asked),
      hours: hoursOf(forecast?.curve ?? null, now, asked.deadline),
      now,
      jobHours: 4,
      timeZone: 'Europe/Berlin',
      notes: [],
      source: 'usual day',
    }).toString();
    assert.match(shown, /Wait until 1\d:00 Europe\/Berlin/);
    assert.equal(shown.match(/<rect class="window"/g)?.length, 4);
    assert.equal(shown.match(/<rect /g)?.length, 24);
    assert.equal(shown.match(/<td>proposed<\/td>/g)?.length, 4);
    assert.match(shown, /command:remind\?\d+/);
  });
});
