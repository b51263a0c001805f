import assert from 'node:assert/strict';
import { livePoints, liveRun, noExtras } from '../../../src/editor/runs/live-run';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import type { RunHeader } from '../../../src/runs/header';
import type { RunInterval } from '../../../src/runs/interval';
import { PowerSeries } from '../../../src/runs/power-series';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import type { RunRecord } from '../../../src/runs/record';
import { headerOf, intervalOf } from '../../runs/support';

const model = {
  component: 'cpu',
  method: 'model',
  name: 'cpu-model',
  label: 'a CPU',
  band: { low: 0.5, high: 1.5 },
} as const;

function recorded(
  intervals: readonly RunInterval[],
  header: Partial<RunHeader>,
  status: RunRecord['status'] = 'running',
) {
  const state = {
    header: headerOf(header),
    totals: intervals.reduce(addInterval, emptyTotals),
    gaps: [],
    end: null,
    lastAt: 0,
  };
  return { record: buildRecord(state, status), points: PowerSeries.of(intervals).points };
}

const seconds = Array.from({ length: 20 }, (_, index) => intervalOf({ at: (index + 1) * 1000, joules: index + 1 }));

describe('a run in the live view', () => {
  it('shows the recent power of each part, with its source', () => {
    const { record, points } = recorded(seconds, {
      sources: [model],
      missing: [{ component: 'gpu', reason: 'it gives no figure' }],
    });
    const { parts, headline } = liveRun(record, points, { ...noExtras, watts: 18 });
    assert.deepEqual(parts, [
      { part: 'cpu', label: 'CPU', how: 'modelled, a CPU', modelled: true, watts: 18 },
      { part: 'gpu', label: 'GPU', how: 'unknown, it gives no figure', modelled: false, watts: 0 },
    ]);
    assert.match(headline, /^~18 W · ~58 mWh/);
  });

  it('has no recent power once it has ended, and shows the average', () => {
    const { record, points } = recorded(seconds, { sources: [model] }, 'completed');
    const shown = liveRun(record, points, noExtras);
    assert.equal(shown.running, false);
    assert.equal(shown.parts[0]?.watts, null);
    assert.match(shown.headline, /^~11 W/);
    assert.match(shown.state, /^finished \d{4}-\d\d-\d\d \d\d:\d\d$/);
  });

  it('shows energy, emissions, time, average, machine and methods, and a dash for unknown values', () => {
    const { record, points } = recorded(seconds, { sources: [model] });
    const figures = new Map(
      liveRun(record, points, noExtras).figures.map(({ label, value, detail }) => [label, [value, detail]]),
    );
    assert.deepEqual(figures.get('Energy'), ['~58 mWh', "29 to 87 mWh, this run's share"]);
    assert.deepEqual(figures.get('Emissions'), ['– g', 'carbon intensity unknown for this location']);
    assert.deepEqual(figures.get('Time'), ['20 s', null]);
    assert.deepEqual(figures.get('Machine'), ['~120 mWh', '~29 mWh idle + ~58 mWh this run + ~29 mWh other programs']);
    assert.deepEqual(figures.get('Sources'), ['CPU modelled', null]);
  });

  it('shows the machine if that is the scope of the record', () => {
    const { record, points } = recorded(seconds, { sources: [model], scope: 'machine' });
    const shown = liveRun(record, points, noExtras);
    assert.equal(shown.showsMachine, false);
    assert.equal(
      shown.figures.find(({ label }) => label === 'Machine'),
      undefined,
    );
    const [first] = livePoints(record, points, 0);
    assert.deepEqual([first?.total, first?.wattHours], [2, 0.00055555556], 'eight digits of 2 J');
  });

  it('shows what a source of the whole machine measures beyond the parts as another part', () => {
    const one = intervalOf({ at: 1000, joules: 10 });
    const { record, points } = recorded([{ ...one, run: { ...one.run, cpu: null, memory: null, gpu: 4, total: 10 } }], {
      sources: [{ ...model, component: 'system', method: 'counter', label: 'psys' }],
    });
    assert.equal(livePoints(record, points, 0)[0]?.parts.other, 6);
    assert.deepEqual(
      liveRun(record, points, noExtras).parts.map(({ part, watts }) => [part, watts]),
      [['other', 6]],
    );
  });

  it('says whose energy it is on a cluster, and speaks of no machine', () => {
    const cluster = {
      sources: [{ preset: 'kepler-platform', select: 'node_name="k1"', query: null }],
      scrapeSeconds: null,
      nodes: [],
      devices: [],
      totalNodes: 0,
      totalDevices: 0,
      stragglers: [],
    };
    const system = { ...model, component: 'system', method: 'sensor', label: 'Kepler' } as const;
    const shown = (scope: 'run' | 'machine') => {
      const { record, points } = recorded(seconds, { sources: [system], scope, cluster });
      return liveRun(record, points, noExtras);
    };
    assert.match(shown('machine').figures[0]?.detail ?? '', /the selected devices$/);
    assert.match(shown('run').figures[0]?.detail ?? '', /the selected workloads$/);
    for (const run of [shown('machine'), shown('run')]) {
      assert.equal(run.showsMachine, false);
      assert.ok(!run.figures.some(({ label }) => label === 'Machine'));
      assert.equal(run.parts[0]?.label, 'Whole machines');
    }
  });

  it('sends only new points', () => {
    const { record, points } = recorded(seconds, {});
    assert.deepEqual(
      livePoints(record, points, 18).map(({ end }) => end),
      [19, 20],
    );
  });
});
