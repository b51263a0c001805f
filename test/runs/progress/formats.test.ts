import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ProgressReader } from '../../../src/runs/progress/progress-reader';

const folder = join('test', 'fixtures', 'progress');

function read(text: string): string[] {
  const reader = new ProgressReader();
  return [...reader.feed(text, 0), ...reader.end(0)].map(({ unit, epoch, of, metrics }) => {
    const figures = Object.entries(metrics).map(([name, value]) => ` ${name}=${value}`);
    return `${unit} ${epoch}/${of ?? '?'}${figures.join('')}`;
  });
}

/** What each log of `formats/` tells. */
const formats: Readonly<Record<string, readonly string[]>> = {
  accelerate: ['epoch 1/? accuracy=0.68 f1=0.81', 'epoch 2/? accuracy=0.72 f1=0.83', 'epoch 3/? accuracy=0.75 f1=0.84'],
  detectron2: [
    'iteration 19/? total_loss=2.014 loss_cls=0.711 loss_box_reg=0.611 loss_rpn_cls=0.03',
    'iteration 39/? total_loss=1.914 loss_cls=0.611 loss_box_reg=0.611',
  ],
  detr: [
    'epoch 1/? train_class_error=50.2 train_loss=12.1 test_loss=11.2',
    'epoch 2/? train_class_error=40.2 train_loss=10.1 test_loss=10.2',
  ],
  'fairseq-json': [
    'epoch 0.1/? loss=10.2 nll_loss=9.8 ppl=900',
    'epoch 1/? valid_loss=8.123 valid_ppl=181',
    'epoch 1.1/? loss=8.2',
  ],
  fairseq: [
    'epoch 0/?',
    'epoch 1/? valid_subset_loss=8.123 valid_nll_loss=7.5 valid_ppl=181',
    'epoch 1/? loss=9.1 nll_loss=8.7 ppl=415',
    'epoch 2/? valid_subset_loss=7.123 valid_nll_loss=6.5 valid_ppl=90',
  ],
  jsonl: ['epoch 1/3 train_loss=0.9 val_loss=1', 'epoch 2/3 train_loss=0.7 val_loss=0.8'],
  mmengine: ['epoch 0/?', 'epoch 1/? loss=1.1 loss_cls=0.6', 'epoch 1/? coco/bbox_map=0.421 coco/bbox_map_50=0.6'],
  nanogpt: [
    'iteration 0/? train_loss=4.2874 val_loss=4.2823',
    'iteration 0/? loss=4.2653',
    'iteration 10/? loss=3.1466',
    'iteration 20/? loss=2.7322',
    'iteration 250/? train_loss=2.4 val_loss=2.45',
  ],
  paddle: ['epoch 0/2', 'epoch 1/2 loss=0.4 acc=0.9', 'epoch 2/2 loss=0.3 acc=0.93'],
  sb3: [
    'iteration 1/? rollout/ep_rew_mean=22.3',
    'iteration 2/? rollout/ep_rew_mean=26.7 train/approx_kl=0.008 train/loss=6.27 train/value_loss=50.1',
  ],
  tf: ['iteration 0/? loss=2.3', 'iteration 100/? loss=0.31', 'iteration 200/? loss=0.21'],
  timm: ['epoch 0/?', 'epoch 1/? train_loss=6.91', 'epoch 1/? eval_loss=6.8 eval_acc@1=0.4 eval_acc@5=1.7'],
  torchvision: ['epoch 0/?', 'epoch 1/? loss=1.9 test_loss=1.8 test_acc@1=24.5 test_acc@5=64.1', 'epoch 2/? loss=1.8'],
  'yolo-new': [
    'epoch 0/2',
    'epoch 1/2 box_loss=1.001 cls_loss=3.012 dfl_loss=1.271',
    'epoch 1/2 precision=0.638 recall=0.556 mAP50=0.701 mAP50-95=0.452',
    'epoch 2/2 box_loss=0.901 cls_loss=2.012 dfl_loss=1.171',
  ],
  yolo5: [
    'epoch 1/3 box_loss=0.04551 obj_loss=0.06824 cls_loss=0.01723',
    'epoch 1/3 precision=0.709 recall=0.634 mAP50=0.717 mAP50-95=0.475',
    'epoch 2/3 box_loss=0.04451 obj_loss=0.06724 cls_loss=0.01623',
    'epoch 3/3 box_loss=0.04351 obj_loss=0.06624 cls_loss=0.01523',
  ],
  yolo8: [
    'epoch 0/3',
    'epoch 1/3 box_loss=1.001 cls_loss=3.012 dfl_loss=1.271',
    'epoch 1/3 precision=0.638 recall=0.556 mAP50=0.701 mAP50-95=0.452',
    'epoch 2/3 box_loss=0.901 cls_loss=2.812 dfl_loss=1.171',
    'epoch 2/3 precision=0.65 recall=0.56 mAP50=0.72 mAP50-95=0.46',
    'epoch 3/3 box_loss=0.801 cls_loss=2.712 dfl_loss=1.071',
    'epoch 3/3 precision=0.66 recall=0.57 mAP50=0.73 mAP50-95=0.47',
  ],
};

describe('runs/progress on logs of other frameworks', () => {
  it('has an expectation for every log', () => {
    assert.deepEqual(
      readdirSync(join(folder, 'formats'))
        .map((name) => name.replace('.txt', ''))
        .sort(),
      Object.keys(formats).sort(),
    );
  });

  for (const [name, told] of Object.entries(formats)) {
    it(`reads ${name}`, () => {
      assert.deepEqual(read(readFileSync(join(folder, 'formats', `${name}.txt`), 'utf8')), told);
    });
  }

  for (const name of readdirSync(join(folder, 'none'))) {
    it(`reads nothing in ${name}`, () => {
      assert.deepEqual(read(readFileSync(join(folder, 'none', name), 'utf8')), []);
    });
  }

  it('takes memory, versions, times, rates and settings for no measures', () => {
    const line =
      '\rEpoch 1/2: 100%|###| 4/4 [00:01<00:00, 4.00it/s, v_num=3, gpu_mem=2.1, max_mem=3, lr=1e-4, lr_backbone=1e-5, time=3, data_time=1, step=4, grad_norm=2, tokens=900, loss=0.5]\n';
    assert.deepEqual(read(line), ['epoch 1/2 loss=0.5']);
    assert.deepEqual(
      read('{"epoch": 1, "loss": 0.5, "gpu_mem": 3, "eta": 5, "learning_rate": 0.1, "eval_runtime": 3, "f1": 0.6}\n'),
      ['epoch 1/? loss=0.5 f1=0.6'],
    );
  });

  it('sees epochs within a trial as a part of it, and what comes after the last trial', () => {
    const trial = (number: number): string =>
      `[I 2026-11-28 05:00:00,000] Trial ${number} finished with value: 0.${number + 1} and parameters: {}. Best is trial 0 with value: 0.1.\n`;
    const fit = 'Epoch 1/2 loss 0.5\nEpoch 2/2 loss 0.4\n';
    assert.deepEqual(read(`${fit}${trial(0)}${fit}${trial(1)}`), [
      'epoch 1/2 loss=0.5',
      'epoch 2/2 loss=0.4',
      'trial 1/? value=0.1',
      'trial 2/? value=0.2',
    ]);
    const search =
      'Fitting 1 folds for each of 2 candidates, totalling 2 fits\n[CV 1/1] END ;, score=0.9 total time= 0.1s\n[CV 1/1] END ;, score=0.8 total time= 0.1s\n';
    assert.deepEqual(read(`${search}${fit}`).slice(-2), ['epoch 1/2 loss=0.5', 'epoch 2/2 loss=0.4']);
  });
});
