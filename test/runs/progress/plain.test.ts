import assert from 'node:assert/strict';
import { ProgressReader } from '../../../src/runs/progress/progress-reader';

function read(text: string): string[] {
  const reader = new ProgressReader();
  return [...reader.feed(text, 0), ...reader.end(0)].map(({ unit, epoch, of, metrics }) => {
    const figures = Object.entries(metrics).map(([name, value]) => ` ${name}=${value}`);
    return `${unit} ${epoch}/${of ?? '?'}${figures.join('')}`;
  });
}

describe('runs/progress of scripts that print for themselves', () => {
  const examples: Readonly<Record<string, readonly [text: string, told: readonly string[]]>> = {
    'one line an epoch with the end': [
      'Epoch 1/3 | loss 0.9 | val_loss 1.0\nEpoch 2/3 | loss 0.5 | val_loss 0.6\n',
      ['epoch 1/3 loss=0.9 val_loss=1', 'epoch 2/3 loss=0.5 val_loss=0.6'],
    ],
    'one line an epoch without an end, counted from 0': [
      'Epoch 0 | loss 0.9\nEpoch 1 | loss 0.5\n',
      ['epoch 1/? loss=0.9', 'epoch 2/? loss=0.5'],
    ],
    'brackets, zeros and log prefixes': [
      '2026-11-20 18:00:00,123 - INFO - Epoch [001/010], Step [1/5], Loss: 0.9\n2026-11-20 18:00:01,123 - INFO - Epoch [001/010] Loss: 0.8\n',
      ['epoch 0/10', 'epoch 1/10 loss=0.8'],
    ],
    'a header with the figures below, as in the transfer-learning tutorial': [
      'Epoch 0/1\n----------\ntrain Loss: 0.60 Acc: 0.70\nval Loss: 0.30 Acc: 0.90\n\nEpoch 1/1\n----------\ntrain Loss: 0.50 Acc: 0.75\nval Loss: 0.20 Acc: 0.92\n\nTraining complete in 1m 3s\n',
      [
        'epoch 0/1',
        'epoch 1/1 train_loss=0.6 train_acc=0.7 val_loss=0.3 val_acc=0.9',
        'epoch 1/2',
        'epoch 2/2 train_loss=0.5 train_acc=0.75 val_loss=0.2 val_acc=0.92',
      ],
    ],
    'batches within the epoch, as in the MNIST example': [
      'Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.3\nTrain Epoch: 1 [640/60000 (1%)]\tLoss: 1.5\n\nTest set: Average loss: 0.05, Accuracy: 9850/10000 (98%)\n\nTrain Epoch: 2 [0/60000 (0%)]\tLoss: 0.1\n',
      ['epoch 0/?', 'epoch 1/? loss=1.5 test_set_loss=0.05', 'epoch 2/? loss=0.1'],
    ],
    'the end of an epoch': [
      '| end of epoch   1 | time: 30.1s | valid loss  5.21 | valid ppl  183.1\n',
      ['epoch 1/? valid_loss=5.21 valid_ppl=183.1'],
    ],
    'a second training': [
      'Epoch 1/2 loss 3\nEpoch 2/2 loss 2\nEpoch 1/2 loss 5\n',
      ['epoch 1/2 loss=3', 'epoch 2/2 loss=2', 'epoch 1/2 loss=5'],
    ],
    "a line that Keras' callbacks write": [
      'Epoch 1/2\n8/8 - 1s - 9ms/step - loss: 0.5\nEpoch 1: val_loss improved from inf to 0.5, saving model to a.keras\nEpoch 2/2\n8/8 - 1s - 9ms/step - loss: 0.4\nEpoch 2: early stopping\n',
      ['epoch 0/2', 'epoch 1/2 loss=0.5', 'epoch 2/2 loss=0.4'],
    ],
  };
  for (const [name, [text, told]] of Object.entries(examples)) {
    it(`reads ${name}`, () => {
      assert.deepEqual(read(text), told);
    });
  }

  it('takes mentions, messages and other bars for no progress', () => {
    const garbage = [
      'Resuming from epoch 7, loss 0.4',
      'Best epoch: 7 with val_loss 0.3',
      'Loading checkpoint of epoch 12/20',
      'See epoch 3 for details.',
      'now is epoch 1732170000 seconds',
      'GET /epoch/3/20 200 OK',
      'Epoch 3: early stopping',
      'Epoch 00005: reducing learning rate of group 0 to 1.0000e-04.',
      'every epoch 5 loss 2',
      '[1/4] Building CXX object CMakeFiles/a.o',
      'Step 3/20 : RUN pip install torch',
      '8/8 [====] - 0s',
      '[3] some text: 5',
      '12: learn: no',
      "{'loss': 0.5, 'step': 3}",
      'Downloading: 100%|██████████| 1.20M/1.20M [00:01<00:00, 1.1MB/s]',
      'Map: 100%|██████████| 100/100 [00:01<00:00, 99.0 examples/s]',
      'Loading checkpoint shards:  50%|█████     | 1/2 [00:01<00:01, 1.0s/it]',
      'tests/test_epochs.py::test_epoch PASSED [ 50%]',
    ];
    for (const line of garbage) assert.deepEqual(read(`${line}\n`), [], line);
  });
});
