import assert from 'node:assert/strict';
import { runStory } from '../../../src/editor/runs/run-story';
import { addEvent, type RunProgress } from '../../../src/runs/progress/run-progress';
import type { RunRecord } from '../../../src/runs/record';
import { fits } from '../../../src/system/shapes';
import { toRunPage } from '../../../src/webview/run/protocol';
import { runOf } from '../../present/report/support';

function progressOf(losses: readonly number[]): RunProgress {
  let progress: RunProgress | null = null;
  for (const [index, val_loss] of losses.entries())
    progress = addEvent(
      progress,
      { unit: 'epoch', epoch: index + 1, of: null, metrics: { val_loss }, at: index },
      { at: 1e12 + index * 1e4, seconds: 10 * (index + 1), wattHours: (index + 1) / 10 },
    );
  assert.ok(progress);
  return progress;
}

const story = (record: RunRecord, progress: RunProgress | null = null) => runStory(record, progress, null, []);

describe('what the page of a run tells', () => {
  it('is the command as it was typed, and how it was started', () => {
    const record = runOf({
      header: { command: ['python', 'train.py', '--name', "it's new"], kind: 'terminal', folder: '/a' },
    });
    const told = story(record);
    assert.equal(told.command, `python train.py --name 'it'\\''s new'`);
    assert.match(told.when, /, run in a terminal in \/a$/);
    assert.equal(story(runOf({ header: { command: null, kind: 'debug' } })).command, null);
  });

  it('is what the energy bought, shaded in the charts', () => {
    const { bought, units, shades } = story(runOf({}), progressOf([1, 0.5, 0.4, 0.399, 0.398, 0.41]));
    assert.match(bought?.sentence ?? '', /^The last 50 % of the energy \(0\.3 Wh\) improved val_loss by 0\.5 %/);
    assert.equal(bought?.points[2]?.words, 'epoch 3: val_loss 0.4 after 0.3 Wh');
    assert.ok(Math.abs((bought.tailFrom ?? 0) - 0.3) < 1e-9);
    assert.deepEqual(
      shades.map(({ from, to, kind }) => [from, to, kind]),
      [[30, 60, 'plateau']],
    );
    assert.equal(units?.title, 'Energy of each epoch');
    assert.equal(units.bars.length, 6);
  });

  it('names the run before, with what can be said about the two', () => {
    const [before, now] = [runOf({ day: 20, wattHours: 3 }), runOf({ day: 21, wattHours: 1 })];
    const { earlier } = runStory(now, null, { record: before, points: [] }, [before, now]);
    assert.match(earlier?.sentence ?? '', /^The dotted line is the run of .* which used .*3 Wh\. .*energy/);
    const running = { ...now, status: 'running' as const };
    assert.match(
      runStory(running, null, { record: before, points: [] }, [before]).earlier?.sentence ?? '',
      /^The dotted line is the run of [^.]*3 Wh\.$/,
    );
  });

  it('lists the nodes and devices of a cluster, says what is in the figures, and names who waits', () => {
    const use = { energyWh: 1000, watts: 500, coverage: 1 };
    const gpu = { ...use, energyWh: 500, watts: 250, component: 'gpu', model: 'H100' } as const;
    const nodes = Array.from({ length: 12 }, (_, index) => ({ ...use, name: `n${index}`, devices: 2 }));
    const cluster = {
      sources: [{ preset: 'dcgm', select: 'pod=~"bert-.*"', query: null }],
      scrapeSeconds: 15,
      nodes,
      devices: nodes.flatMap(({ name }) => ['a', 'b'].map((id) => ({ ...gpu, id: `${name}-${id}`, node: name }))),
      totalNodes: 12,
      totalDevices: 24,
      stragglers: ['n3', 'n7'],
    };
    const band = { low: 0.95, high: 1.05 };
    const ofGpus = { component: 'gpu', method: 'counter', name: 'p', label: 'DCGM exporter', band } as const;
    const missing = (['cpu', 'memory'] as const).map((component) => ({ component, reason: 'DCGM measures only GPUs' }));
    const header = { cluster, sources: [ofGpus], missing, scope: 'machine', command: null } as const;
    const told = story(runOf({ header }));
    assert.match(told.when, /, imported from Prometheus$/);
    assert.equal(told.cluster?.boundary, 'From Prometheus: 24 GPUs on 12 nodes. Not in it: CPU and memory.');
    assert.equal(told.cluster.selection, 'dcgm pod=~"bert-.*"');
    assert.match(told.cluster.stragglers ?? '', /^n3 and n7 drew less than half of the power of the other nodes/);
    assert.deepEqual(
      told.cluster.tables.map(({ rows, rest }) => [rows[0], rows.length, rest]),
      [
        [['n0', '1 kWh', '500 W', '100 %', '2'], 10, 'and 2 more nodes'],
        [['n0-a (H100)', '500 Wh', '250 W', '100 %', 'n0'], 10, 'and 14 more devices'],
      ],
    );
    assert.equal(told.facts.find(({ label }) => label === 'Counts')?.value, '24 GPUs on 12 nodes');
    assert.ok(fits(toRunPage.options[1].entries.story, told));
    const share = {
      ...header,
      scope: 'run',
      kind: 'manual',
      missing: [],
      cluster: {
        ...cluster,
        sources: [{ preset: 'kepler', select: 'pod_name=~"bert-.*"', query: null }],
        stragglers: ['n3'],
      },
    } as const;
    const ofWorkloads = story(runOf({ header: share }));
    assert.equal(
      ofWorkloads.cluster?.boundary,
      'From Prometheus: the share of the selected workloads on 12 nodes (GPU).',
    );
    assert.match(ofWorkloads.cluster.stragglers ?? '', /^n3 drew .* whether it waits/);
    assert.match(ofWorkloads.when, /, measured on a cluster$/);
    assert.equal(story(runOf({})).cluster, null);
  });

  it('says how each figure is known, and the page understands it', () => {
    const told = story(runOf({}), progressOf([1, 0.5, 0.4, 0.399]));
    assert.deepEqual(
      ['Grid', 'Counts', 'The meter itself', 'Record'].filter(
        (label) => !told.facts.some((fact) => fact.label === label),
      ),
      [],
    );
    assert.ok(fits(toRunPage.options[1].entries.story, told));
  });
});
