import assert from 'node:assert/strict';
import { ProgressReader } from '../../../src/runs/progress/progress-reader';

const bar = (name: string, done: number, total: number, postfix = ''): string =>
  `\r${name === '' ? '' : `${name}: `}${Math.round((100 * done) / total)}%|###   | ${done}/${total} [00:01<00:01, 9.00it/s${postfix}]`;

function read(...lines: string[]): string[] {
  const reader = new ProgressReader();
  return [...lines.flatMap((line) => reader.feed(line, 0)), ...reader.end(0)].map(
    ({ unit, epoch, of }) => `${unit} ${epoch}/${of ?? '?'}`,
  );
}

describe('runs/progress/tqdm', () => {
  it('counts the outer one of two nested bars without names', () => {
    const inner = [bar('', 0, 50), bar('', 25, 50), bar('', 50, 50)];
    assert.deepEqual(read(bar('', 0, 3), ...inner, bar('', 1, 3), ...inner, bar('', 2, 3), ...inner, bar('', 3, 3)), [
      'step 0/3',
      'step 1/3',
      'step 2/3',
      'step 3/3',
    ]);
  });

  it('follows a bar whose description changes with each step', () => {
    assert.deepEqual(read(bar('loss 0.52', 1, 4), bar('loss 0.41', 2, 4), bar('loss 1e-05', 3, 4)), [
      'step 1/4',
      'step 2/4',
      'step 3/4',
    ]);
  });

  it('knows a bar by its end and its place, whatever its text is', () => {
    const texts = [
      '',
      'loss 0.52',
      'loss nan',
      'Step A | val_loss 0.4',
      'processing cat.jpg',
      'new best!',
      '',
      'loss 0.1',
    ];
    const inner = (done: number): string => `\n${bar('inner', done, 8)}\x1b[A`;
    const lines = texts.flatMap((text, done) => [
      bar(text, done, 8),
      bar(texts[done + 1] ?? '', done, 8),
      inner(0),
      inner(8),
    ]);
    assert.deepEqual(
      read(...lines),
      texts.map((_, done) => `step ${done}/8`),
    );
  });

  it('counts epochs with a bar whose text or unit names them', () => {
    const inner = (done: number): string => `\n${bar('', done, 9)}\x1b[A`;
    const lines = [1, 2, 3].flatMap((epoch) => [
      inner(0),
      inner(9),
      bar(`Epoch ${epoch}: loss 0.${epoch}`, epoch - 1, 3),
      bar(`Epoch ${epoch}: loss 0.${epoch}`, epoch, 3),
    ]);
    assert.deepEqual(read(bar('', 0, 3), ...lines), ['step 0/3', 'epoch 0/?', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3']);
    const unit = (done: number): string => bar('Training', done, 3).replace('it/s', 'epoch/s');
    assert.deepEqual(read(unit(0), unit(1), unit(2), unit(3)), ['epoch 0/3', 'epoch 1/3', 'epoch 2/3', 'epoch 3/3']);
  });

  it('takes no bar of files, documents or downloads for the steps of a training', () => {
    for (const line of [
      bar('', 1, 4).replace('it/s', 'files/s'),
      bar('Batches', 1, 4),
      bar('Scanning labels', 1, 4),
      bar('', 1, 4).replace('it/s', ' docs/s'),
      bar('Building wheel', 2, 4),
    ]) {
      assert.deepEqual(read(line), [], line);
    }
  });

  it('goes on with the next bar where the first was left before its end', () => {
    const pass = [bar('', 0, 8), bar('', 8, 8)];
    assert.deepEqual(read(bar('', 3, 100), ...pass, ...pass, ...pass), [
      'step 3/100',
      'step 8/8',
      'epoch 1/?',
      'epoch 2/?',
    ]);
  });

  it('tells of no step once epochs are known', () => {
    assert.deepEqual(read(bar('Epoch 1/2', 4, 4), '\n', bar('', 1, 10), '\n', bar('Epoch 2/2', 4, 4)), [
      'epoch 1/2',
      'epoch 2/2',
    ]);
  });

  it('tells at most a hundred of the steps of a long bar', () => {
    const lines = Array.from({ length: 20_001 }, (_, step) => bar('', step, 20_000));
    const told = read(...lines);
    assert.equal(told.length, 101);
    assert.equal(told.at(-1), 'step 20000/20000');
  });
});
