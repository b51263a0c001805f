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
