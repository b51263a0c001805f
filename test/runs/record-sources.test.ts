import assert from 'node:assert/strict';
import type { SourceDescription, SourceReading } from '../../src/power/source';
import { sourcesAfter } from '../../src/runs/record-sources';

const source = (name: string): SourceDescription => ({
  component: 'gpu',
  method: 'sensor',
  name,
  label: name,
  band: { low: 0.9, high: 1.1 },
});
const reading = (name: string, users: SourceReading['users'], joules = 100): SourceReading => ({
  source: { ...source(name), replaces: 'nvidia-smi' },
  outcome: { kind: 'energy', joules, low: joules, high: joules, idleJoules: null },
  users,
});

describe('runs/record-sources', () => {
  it('marks a GPU as shared once it has worked without a word of who uses it', () => {
    const known = [source('GPU-1')];
    assert.equal(sourcesAfter(known, [reading('GPU-1', new Map())], true), null);
    assert.equal(sourcesAfter(known, [reading('GPU-1', null)], false), null, 'nobody asks whose the work is');
    assert.equal(sourcesAfter(known, [reading('GPU-1', null, 0)], true), null);
    const marked = sourcesAfter(known, [reading('GPU-1', null)], true) ?? [];
    assert.deepEqual(marked, [{ ...source('GPU-1'), shared: true }]);
    assert.equal(sourcesAfter(marked, [reading('GPU-1', null)], true), null, 'it is written once');
  });

  it('adds sources that join late, in the place of what stood for them', () => {
    assert.deepEqual(sourcesAfter([source('GPU-0')], [reading('GPU-1', new Map())], true), [
      source('GPU-0'),
      source('GPU-1'),
    ]);
    const silent: SourceReading = {
      source: source('GPU-1'),
      outcome: { kind: 'gap', reason: 'x', atMostJoules: null },
      users: null,
    };
    assert.equal(sourcesAfter([source('GPU-0')], [silent], true), null, 'not before it has a figure');
    assert.deepEqual(
      sourcesAfter([source('nvidia-smi')], [reading('GPU-1', new Map()), reading('GPU-2', new Map())], true),
      [source('GPU-1'), source('GPU-2')],
    );
  });
});
