import assert from 'node:assert/strict';
import fc from 'fast-check';
import { argumentsApart, argumentsOf, labelsApart, runLabel } from '../../../src/runs/command/run-label';

describe('runs/run-label', () => {
  const label = (name: string, command: readonly string[] | null): string => runLabel({ name, command });

  it('adds the arguments, which tell runs of one program apart', () => {
    assert.equal(label('train.py', ['/p/train.py', '--lr', '0.1']), 'train.py --lr 0.1');
    assert.equal(label('train.py', ['python3', 'src/train.py', '--lr', '0.1']), 'train.py --lr 0.1');
    assert.equal(label('train', ['python', '-m', 'train', 'x']), 'train x');
  });

  it('finds them in a whole line, which is all that a terminal knows', () => {
    assert.equal(label('train.py', ['python train.py --epochs 3']), 'train.py --epochs 3');
    assert.equal(label('train.py', ['CUDA_VISIBLE_DEVICES=0 python src/train.py']), 'train.py');
  });

  it('is the name alone where no arguments are known', () => {
    assert.equal(label('train.ipynb', null), 'train.ipynb');
    assert.equal(label('My search', ['./run.sh', '--all']), 'My search');
  });

  it('cuts long arguments', () => {
    const given = argumentsOf({ name: 'a.py', command: ['a.py', 'x'.repeat(200)] });
    assert.equal(given.length, 60);
    assert.ok(given.endsWith('…'));
  });

  it('adds the start where two labels are the same', () => {
    const run = (startedAt: string, lr: string) => ({ name: 'train.py', command: ['train.py', lr], startedAt });
    const hour = (date: Date): string => date.toISOString().slice(11, 13);
    const [first, second] = [run('2026-11-21T08:00:00.000Z', '1'), run('2026-11-21T09:00:00.000Z', '1')];
    assert.deepEqual(labelsApart(first, second, hour), ['train.py 1, 08', 'train.py 1, 09']);
    assert.deepEqual(labelsApart(first, { ...second, command: ['train.py', '2'] }, hour), ['train.py 1', 'train.py 2']);
  });

  it('shows of the arguments of several runs those that not all of them have', () => {
    const run = (name: string, ...given: readonly string[]) => ({ name, command: ['python3', name, ...given] });
    const data = ['--data', `${'long/'.repeat(20)}x.csv`];
    const runs = [
      run('a.py', ...data, '--lr', '0.1', '--fast'),
      run('a.py', ...data, '--lr', '1'),
      run('b.py', ...data),
      run('c.py', '--seed', '1'),
      run('c.py', '--seed', '1'),
    ];
    const apart = argumentsApart(runs);
    assert.deepEqual(
      runs.map((each) => apart.get(each)?.given),
      ['--lr 0.1 --fast', '--lr 1', argumentsOf(run('b.py', ...data)), '--seed 1', '--seed 1'],
    );
    assert.deepEqual(
      runs.map((each) => apart.get(each)?.tells),
      [true, true, false, false, false],
    );
  });

  it('keeps in a short label what differs, wherever it stands', () => {
    const run = (...given: readonly string[]) => ({ name: 'a.py', command: ['python3', 'a.py', ...given] });
    const long = '/data/sets/2026/imagenet/resized';
    const labels = (...runs: readonly ReturnType<typeof run>[]): readonly (string | undefined)[] => {
      const apart = argumentsApart(runs);
      return runs.map((each) => apart.get(each)?.given);
    };
    assert.deepEqual(labels(run('--data', `${long}/a.csv`), run('--data', `${long}/b.csv`)), [
      '--data …/a.csv',
      '--data …/b.csv',
    ]);
    assert.deepEqual(labels(run(`${long}/a`, '--seed=1'), run(`${long}/b`, '--seed=1')), ['…/a', '…/b']);
    assert.deepEqual(
      labels(run('--data', 'imagenet', '--lr', '0.1'), run('--data', 'imagenet', '--lr', '0.2'), run('--fast')),
      ['… --lr 0.1', '… --lr 0.2', '--fast'],
    );
    // What would look the same is not cut so short.
    assert.equal(
      new Set(
        labels(
          ...['imagenet', 'cifar-100'].flatMap((data) =>
            ['0.1', '0.2'].map((rate) => run('--data', data, '--lr', rate)),
          ),
          run('--fast'),
        ),
      ).size,
      5,
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 8 }), {
          minLength: 2,
          maxLength: 6,
        }),
        (ends) => {
          const shown = labels(...ends.map((end) => run(`--data=${long}/x${end}.csv`)));
          assert.equal(new Set(shown).size, ends.length, shown.join(' | '));
          for (const each of shown) assert.ok((each ?? '').length <= 60, each);
        },
      ),
    );
  });
});
