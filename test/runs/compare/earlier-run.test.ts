import assert from 'node:assert/strict';
import { earlierRun } from '../../../src/runs/compare/earlier-run';
import type { RunRecord } from '../../../src/runs/record';
import { runOf } from '../../present/report/support';

const run = (id: string, changes: Partial<RunRecord> = {}): RunRecord => ({
  ...runOf({}),
  id,
  name: 'train.py',
  folder: '/a',
  status: 'completed',
  command: ['python', 'train.py'],
  ...changes,
});

describe('the run before', () => {
  const now = run('20261129T150000Z-1');

  it('is the last one of the same command', () => {
    const history = [
      run('20261129T120000Z-1'),
      run('20261129T130000Z-1'),
      run('20261129T140000Z-1', { command: ['python', 'train.py', '--lr', '1'] }),
      now,
      run('20261129T160000Z-1'),
    ];
    assert.equal(earlierRun(now, history)?.id, '20261129T130000Z-1');
  });

  it('is of other arguments where none had the same', () => {
    const other = run('20261129T140000Z-1', { command: ['python', 'train.py', '--lr', '1'] });
    assert.equal(earlierRun(now, [other, now])?.id, other.id);
  });

  it('is none of another program, folder, or one that did not end', () => {
    const others = [
      run('20261129T140000Z-1', { name: 'eval.py' }),
      run('20261129T140000Z-2', { folder: '/b' }),
      run('20261129T140000Z-3', { status: 'interrupted' }),
      run('20261129T140000Z-4', { exitCode: 1 }),
      run('20261129T140000Z-5', { stoppedBy: 'person' }),
    ];
    assert.equal(earlierRun(now, [...others, now]), null);
  });
});
