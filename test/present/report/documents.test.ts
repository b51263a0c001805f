import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reportAsHtml } from '../../../src/present/report/html';
import { reportAsMarkdown } from '../../../src/present/report/markdown';
import { niceTicks } from '../../../src/present/charts';
import { reportOf, runOf } from './support';

const hostile = '<script>alert(1)</script>|*x*';
const runs = [
  runOf({ day: 19, wattHours: 2 }),
  runOf({ day: 20, name: hostile, wattHours: 5 }),
  runOf({ day: 21, wattHours: 0.5 }),
];

describe('present/report', () => {
  it('is Markdown with the figures, how they came about, and the statement', () => {
    const text = reportAsMarkdown(reportOf(runs, { name: 'training', count: 3, hardware: null }));
    for (const part of [
      '# digits: energy and emissions',
      '- Energy: **7.5 Wh** (3.8 to 11 Wh)',
      '- SCI: **2 g CO₂e / training** (ISO/IEC 21031: 6 g in operation of the whole machine',
      '| train.py | 2 | 2 h | 2.5 Wh |',
      '| 2026-11-20 | 1 | 1 h | 5 Wh |',
      'Carbon intensity: 400 g/kWh',
      'a table of 2025',
      '**Energy and emissions.** 3 runs',
    ])
      assert.ok(text.includes(part), `${part} is missing in:\n${text}`);
    assert.ok(text.includes('\\<script\\>alert\\(1\\)\\</script\\>\\|\\*x\\*') && !text.includes(hostile));
  });

  it('is one HTML file without scripts, with nothing to fetch, and with every chart described in words', () => {
    const html = reportAsHtml(reportOf(runs));
    assert.ok(!html.includes('<script') && !html.includes(hostile));
    assert.doesNotMatch(html, /(?:src|href)=|url\(|@import|https?:\/\//);
    // Days and power are plots, programs are bars; nothing else is drawn.
    const plots = [...html.matchAll(/<div class="plot (\w+)" role="img" aria-label="([^"]+)"/g)].map(
      ([, kind, label]) => [kind, label],
    );
    assert.deepEqual(
      plots.map(([kind]) => kind),
      ['columns', 'area'],
    );
    assert.match(plots[0]![1]!, /^Energy by day\. 2026-11-19: 2 Wh, 1 to 3 Wh; 2026-11-20: 5 Wh, /);
    assert.match(plots[1]![1]!, /^Power of .* over 3 s, at most 300 W$/);
    assert.equal([...html.matchAll(/<span class="track" role="img" aria-label="[^"]+: [\d.]+ Wh, /g)].length, 2);
    assert.equal([...html.matchAll(/<svg /g)].length, 1);
    assert.doesNotMatch(html, /NaN|undefined|Infinity|null/);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('shows long names in full, and says how many more there are', () => {
    const names = Array.from(
      { length: 30 },
      (_, index) =>
        `/home/anna/projects/vision/experiments/resnet50-imagenet-lr-${String(index).padStart(2, '0')}-batch-64-seed-42-final-version.py`,
    );
    const html = reportAsHtml(
      reportOf(names.map((name, index) => runOf({ name, wattHours: 40 - index, day: 1 + (index % 28) }))),
    );
    const labels = [...html.matchAll(/<span class="name">([^<]+)</g)].map(([, label]) => label!);
    assert.deepEqual(labels, names.slice(0, 12));
    assert.match(html, /18 more programs are in the numbers\./);
    assert.match(html, /The 10 runs that used the most, of 30/);
    assert.doesNotMatch(reportAsHtml(reportOf(runs)), / more /);
  });

  it('draws columns with the height of their energy', () => {
    const html = reportAsHtml(reportOf(runs));
    const heights = [...html.matchAll(/<span class="column"[^>]*><span class="stack" style="height:([\d.]+)%"/g)].map(
      ([, height]) => Number(height),
    );
    assert.equal(heights.length, 3);
    const [first = NaN, second = NaN, third = NaN] = heights;
    assert.ok(Math.abs(second / first - 2.5) < 0.01 && Math.abs(first / third - 4) < 0.05, heights.join());
  });

  it('says that nothing is known instead of drawing a chart', () => {
    const html = reportAsHtml(reportOf([runOf({ wattHours: null })]));
    assert.ok(!html.includes('role="img"') && html.includes('not known'));
    assert.doesNotMatch(html, /NaN|undefined|null/);
    assert.match(reportAsMarkdown(reportOf([runOf({ wattHours: null })])), /Energy: \*\*– Wh\*\*/);
  });

  it('has a few round values on its axes, up to a high enough one', () => {
    assert.deepEqual(niceTicks(2100), [0, 1000, 2000, 3000]);
    assert.deepEqual(niceTicks(0), [0, 1]);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (most) => {
        const ticks = niceTicks(most);
        assert.ok(ticks.at(-1)! >= most * (1 - 1e-6) && ticks.length >= 2 && ticks.length <= 6, ticks.join());
      }),
    );
  });
});
