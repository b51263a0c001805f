import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { metricDirection } from '../../../src/runs/training/metric-direction';
import { isFigureOfModel } from '../../../src/runs/progress/metric-text';
import { ProgressReader } from '../../../src/runs/progress/progress-reader';

const folder = join('test', 'fixtures', 'progress', 'logs');

function read(text: string): string[] {
  const reader = new ProgressReader();
  return [...reader.feed(text, 0), ...reader.end(0)].map(({ unit, epoch, of, metrics, best }) => {
    const figures = Object.entries(metrics).map(([name, value]) => ` ${name}=${value}`);
    return `${unit} ${epoch}/${of ?? '?'}${figures.join('')}${best === undefined ? '' : `, best ${best.metric}=${best.value} at ${best.epoch}`}`;
  });
}

/** What each log tells, by hand from the log. */
const logs: Readonly<Record<string, readonly string[]>> = {
  ax: ['trial 1/?', 'trial 2/?'],
  axolotl: ['epoch 0.02/? loss=1.2345 ppl=3.4', 'epoch 0.04/? loss=1.1345 ppl=3.1'],
  'bayes-opt': ['trial 1/? target=-7.135', 'trial 2/? target=-7.779', 'trial 3/? target=-1.109'],
  'bayes-opt-recorded': [
    'trial 1/? target=-7.135455',
    'trial 2/? target=-7.779531',
    'trial 3/? target=-7.156839',
    'trial 4/? target=-6.587708',
    'trial 5/? target=-5.88348',
  ],
  chainer: [
    'epoch 1/? main/loss=0.19 validation/main/loss=0.0931 main/accuracy=0.942 validation/main/accuracy=0.97',
    'epoch 2/? main/loss=0.074 validation/main/loss=0.076 main/accuracy=0.977 validation/main/accuracy=0.976',
  ],
  cleanrl: [
    'iteration 256/? episodic_return=21',
    'iteration 512/? episodic_return=25',
    'iteration 768/? episodic_return=31',
  ],
  clu: [
    'iteration 100/? accuracy=0.512 loss=2.103',
    'iteration 200/? accuracy=0.612 loss=1.803',
    'iteration 200/? eval_accuracy=0.6 eval_loss=1.9',
  ],
  composer: [
    'epoch 0/?',
    'epoch 1/? loss/train/total=1.3012 metrics/eval/multiclassaccuracy=0.5',
    'epoch 2/? loss/train/total=1.2',
  ],
  coqui: ['epoch 0/1000', 'epoch 1/1000 loss=1.2312 avg_loss=1.1231'],
  csv: ['epoch 1/? train_loss=0.5 val_loss=0.6', 'epoch 2/? train_loss=0.4 val_loss=0.5'],
  darknet: ['iteration 100/? loss=2.456789', 'iteration 101/? loss=2.436789'],
  'deepspeed-chat': ['epoch 0/?', 'epoch 1/? loss=1.41 ppl=4.1'],
  dgl: ['epoch 1/? loss=1.9456 accuracy=0.14', 'epoch 2/? loss=1.9156 accuracy=0.24'],
  diffusers: ['step 0/1000', 'step 100/1000 step_loss=0.0212'],
  'e-bracket': ['iteration 1/50 loss=0.5 acc=0.4', 'iteration 2/50 loss=0.4 acc=0.5'],
  'ebm-xgb-R': ['round 1/? train-rmse=0.512', 'round 2/? train-rmse=0.412'],
  ep: ['epoch 1/50 loss=0.5 acc=0.4', 'epoch 2/50 loss=0.4 acc=0.5'],
  episode: ['iteration 10/500 reward=21', 'iteration 20/500 reward=31'],
  espnet: [
    'epoch 0/20',
    'epoch 1/? train_loss_ctc=100.3 train_loss_att=50.1 train_acc=0.3 train_loss=70.1 valid_loss_ctc=70.1 valid_cer_ctc=0.5 valid_loss_att=40.1 valid_acc=0.4 valid_cer=0.3 valid_wer=0.8 valid_loss=50.2',
    'epoch 1/20',
  ],
  fasttext: ['step 10.5/100', 'step 50.5/100', 'step 100/100'],
  flaml: ['trial 0/?', 'trial 1/?, best error=0.2134 at 1'],
  'flaml-recorded': [
    'trial 0/?',
    'trial 1/?, best error=0.089579 at 1',
    'trial 2/?, best error=0.089579 at 1',
    'trial 3/?, best error=0.089579 at 1',
    'trial 4/?, best error=0.089579 at 1',
    'trial 5/?, best error=0.089579 at 1',
    'trial 6/?, best error=0.089579 at 1',
    'trial 7/?, best error=0.089579 at 1',
    'trial 8/?, best error=0.089579 at 1',
    'trial 9/?, best error=0.089579 at 1',
    'trial 10/?, best error=0.086686 at 10',
    'trial 11/?, best error=0.086686 at 10',
  ],
  'flax-mnist': [
    'epoch 1/? train_loss=0.25 train_accuracy=92.3 test_loss=0.07 test_accuracy=97.8',
    'epoch 2/? train_loss=0.06 train_accuracy=98.1 test_loss=0.05 test_accuracy=98.3',
  ],
  forest: ['round 0/100', 'round 1/100', 'round 99/100'],
  gensim: ['epoch 1/?', 'epoch 2/?', 'epoch 4/?'],
  'gensim-recorded': ['epoch 1/?', 'epoch 2/?', 'epoch 3/?', 'epoch 4/?'],
  gluoncv: [
    'epoch 1/? training_accuracy=0.45',
    'epoch 1/? validation_err_top1=0.4 validation_err_top5=0.1',
    'epoch 2/? training_accuracy=0.55',
  ],
  hyperopt: [
    'trial 0/50',
    'trial 5/50, best loss=0.2345 at 5',
    'trial 10/50, best loss=0.1345 at 10',
    'trial 50/50, best loss=0.1345 at 10',
  ],
  'hyperopt-recorded': ['trial 0/20', 'trial 20/20, best loss=0.012369257735021181 at 20'],
  'keras-tuner': [
    'trial 0/?',
    'trial 1/?',
    'trial 1/? val_accuracy=0.5',
    'trial 1/?, best val_accuracy=0.5 at 1',
    'trial 2/?, best val_accuracy=0.5 at 1',
    'trial 2/? val_accuracy=0.550000011920929',
    'trial 2/?, best val_accuracy=0.550000011920929 at 2',
  ],
  kohya: ['epoch 0/10', 'epoch 1/10'],
  lda: ['iteration 1/10 perplexity=1000.1234', 'iteration 2/10 perplexity=900.1234'],
  lerobot: ['iteration 200/? loss=5.123', 'iteration 400/? loss=4.123'],
  'lgb-silent': ['round 1/? valid_1 binary_logloss=0.6612', 'round 2/? valid_1 binary_logloss=0.6412'],
  litgpt: ['epoch 0/?', 'epoch 1/? loss_train=1.9', 'epoch 2/? loss_train=1.7'],
  'llama-factory': ['epoch 0.11/? loss=0.9123', 'epoch 0.22/? loss=0.8123'],
  'llama-factory-2': ['epoch 0.11/? loss=0.9123', 'epoch 0.22/? loss=0.8123'],
  'llm.c': ['iteration 1/18865 loss=11.009781', 'iteration 2/18865 loss=10.962484'],
  'logging-json': ['epoch 1/? train_loss=0.5', 'epoch 2/? train_loss=0.4'],
  loguru: ['epoch 1/3 train_loss=0.5 val_loss=0.6', 'epoch 2/3 train_loss=0.4 val_loss=0.5'],
  maxtext: ['iteration 10/? loss=10.234', 'iteration 11/? loss=10.134'],
  mbkmeans: ['iteration 1/100 inertia=3.2123', 'iteration 2/100 inertia=3.0123'],
  megatron: [
    'iteration 100/500 loss=7.123456',
    'iteration 100/? validation_loss_value=7 validation_loss_ppl=1100',
    'iteration 200/500 loss=6.123456',
    'iteration 300/500 loss=5.923456',
  ],
  'mmcv-old': [
    'epoch 0/?',
    'epoch 1/? loss_cls=0.4 loss=2.1 bbox_map=0.351 bbox_map_50=0.5',
    'epoch 2/? loss_cls=0.3 loss=1.9',
  ],
  'mmengine-info': ['epoch 0/?', 'epoch 1/? loss=2.1 loss_cls=0.5', 'epoch 1/? coco/bbox_map=0.351'],
  modded: [
    'iteration 0/1390 val_loss=10.8258',
    'iteration 125/1390 val_loss=4.6271',
    'iteration 250/1390 val_loss=4.0271',
  ],
  mxnet: [
    'epoch 0/?',
    'epoch 1/? train_accuracy=0.902',
    'epoch 1/? validation_accuracy=0.931',
    'epoch 2/? train_accuracy=0.942',
  ],
  nnunet: [
    'epoch 0/?',
    'epoch 1/? train_loss=-0.1012 val_loss=-0.2012 dice=0.55',
    'epoch 2/? train_loss=-0.3012 val_loss=-0.4012',
  ],
  'open-clip': [
    'epoch 0/?',
    'epoch 1/? contrastive_loss=5.2 loss=5.2 clip_val_loss=5.1',
    'epoch 2/? contrastive_loss=4.2 loss=4.2',
  ],
  'pl-log': ['epoch 4/? val_loss=0.41', 'epoch 5/?'],
  ppdet: ['epoch 0/?', 'epoch 1/? loss_xy=0.5 loss=3.1', 'epoch 2/? loss_xy=0.5 loss=2.1'],
  ppocr: ['epoch 1/500 acc=0.01 loss=30.1', 'epoch 2/500 acc=0.02 loss=20.1'],
  'pt-imagenet': [
    'epoch 0/?',
    'epoch 1/? loss=3.0012 acc@1=31.2 acc@5=55.3 test_loss=3.2012 test_acc@1=30 test_acc@5=50.39',
    'epoch 2/? loss=3.0012 acc@1=30 acc@5=50.39',
  ],
  'pt-mnist': ['epoch 0/?', 'epoch 1/? loss=0.2054 test_set_loss=0.0493', 'epoch 2/? loss=0.1054'],
  'pt-quickstart': ['epoch 0/?', 'epoch 1/? loss=2.15 accuracy=50.9', 'epoch 2/? loss=1.89 accuracy=57.1'],
  'pt-tutorial': ['epoch 0/?', 'epoch 1/?'],
  'pt-wlm': ['epoch 0/?', 'epoch 1/? valid_loss=5.4 valid_ppl=221.12', 'epoch 2/? loss=5.33 ppl=205.12'],
  pyg: ['epoch 1/? loss=1.9452', 'epoch 2/? loss=1.9312'],
  pykeen: ['epoch 10/100 loss=0.512', 'epoch 100/100 loss=0.412'],
  'ray-new': ['trial 0/?', 'trial 3/?', 'trial 10/?'],
  'ray-old': ['trial 2/10', 'trial 4/10', 'trial 10/10'],
  rbm: ['iteration 1/? pseudo_likelihood=-30.12', 'iteration 2/? pseudo_likelihood=-28.12'],
  'round-fl': ['round 0/?', 'round 1/?'],
  'sklearn-forest-recorded': [
    'round 0/12',
    'round 2/12',
    'round 3/12',
    'round 4/12',
    'round 5/12',
    'round 7/12',
    'round 9/12',
    'round 11/12',
  ],
  'sklearn-gmm-recorded': [
    'iteration 1/?',
    'iteration 2/?',
    'iteration 3/?',
    'iteration 4/?',
    'iteration 5/?',
    'iteration 6/?',
    'iteration 7/?',
    'iteration 8/?',
    'iteration 9/?',
    'iteration 10/?',
    'iteration 11/?',
    'iteration 12/?',
    'iteration 13/?',
    'iteration 14/?',
    'iteration 15/?',
  ],
  'sklearn-lda-recorded': ['iteration 1/4 perplexity=23.7838', 'iteration 2/4 perplexity=23.7162'],
  'sklearn-mbkmeans-recorded': [
    'iteration 1/5 inertia=24.441861957390003',
    'iteration 2/5 inertia=18.771429393007455',
    'iteration 3/5 inertia=18.44130355883934',
    'iteration 4/5 inertia=18.27213034816706',
    'iteration 5/5 inertia=17.531379682818656',
  ],
  'sklearn-rbm-recorded': [
    'iteration 1/? pseudo_likelihood=-12.72',
    'iteration 2/? pseudo_likelihood=-13.13',
    'iteration 3/? pseudo_likelihood=-12.41',
    'iteration 4/? pseudo_likelihood=-13.32',
  ],
  'sklearn-tsne-recorded': [
    'iteration 50/? error=60.5223274',
    'iteration 100/? error=62.7317963',
    'iteration 150/? error=63.0541306',
    'iteration 200/? error=65.0348969',
    'iteration 250/? error=63.9326096',
    'iteration 300/? error=1.4593334',
  ],
  skopt: [
    'trial 1/?',
    'trial 1/? value=0.2345',
    'trial 1/?, best value=0.2345 at 1',
    'trial 2/?, best value=0.2345 at 1',
    'trial 2/? value=0.3345',
    'trial 2/?, best value=0.2345 at 1',
  ],
  'skopt-recorded': [
    'trial 1/?',
    'trial 1/? value=15.7756',
    'trial 1/?, best value=15.7756 at 1',
    'trial 2/?, best value=15.7756 at 1',
    'trial 2/? value=11.0594',
    'trial 2/?, best value=11.0594 at 2',
    'trial 3/?, best value=11.0594 at 2',
    'trial 3/? value=22.2667',
    'trial 3/?, best value=11.0594 at 2',
    'trial 4/?, best value=11.0594 at 2',
    'trial 4/? value=15.9233',
    'trial 4/?, best value=11.0594 at 2',
    'trial 5/?, best value=11.0594 at 2',
    'trial 5/? value=13.2431',
    'trial 5/?, best value=11.0594 at 2',
    'trial 6/?, best value=11.0594 at 2',
    'trial 6/? value=5.9815',
    'trial 6/?, best value=5.9815 at 6',
    'trial 7/?, best value=5.9815 at 6',
    'trial 7/? value=0.3149',
    'trial 7/?, best value=0.3149 at 7',
    'trial 8/?, best value=0.3149 at 7',
    'trial 8/? value=0.0536',
    'trial 8/?, best value=0.0536 at 8',
    'trial 9/?, best value=0.0536 at 8',
    'trial 9/? value=0.0004',
    'trial 9/?, best value=0.0004 at 9',
    'trial 10/?, best value=0.0004 at 9',
    'trial 10/? value=0',
    'trial 10/?, best value=0 at 10',
    'trial 11/?, best value=0 at 10',
    'trial 11/? value=0.002',
    'trial 11/?, best value=0 at 10',
    'trial 12/?, best value=0 at 10',
    'trial 12/? value=0.0006',
    'trial 12/?, best value=0 at 10',
  ],
  skorch: [
    'epoch 1/? train_loss=0.6868 valid_acc=0.6 valid_loss=0.674',
    'epoch 2/? train_loss=0.6706 valid_acc=0.65 valid_loss=0.6617',
    'epoch 3/? train_loss=0.6637 valid_acc=0.645 valid_loss=0.6575',
  ],
  spacy: [
    'iteration 0/? loss_tok2vec=0 loss_ner=40.22 ents_f=0 ents_p=0 ents_r=0 score=0',
    'iteration 200/? loss_tok2vec=102.35 loss_ner=2045.71 ents_f=65.12 ents_p=66.2 ents_r=64.08 score=0.65',
    'iteration 400/? loss_tok2vec=112.35 loss_ner=1045.71 ents_f=70.12 ents_p=71.2 ents_r=69.08 score=0.7',
    'iteration 600/? loss_tok2vec=122.35 loss_ner=845.71 ents_f=72.12 ents_p=73.2 ents_r=71.08 score=0.72',
    'iteration 800/? loss_tok2vec=132.35 loss_ner=645.71 ents_f=71.12 ents_p=72.2 ents_r=70.08 score=0.71',
  ],
  'spacy-recorded': [
    'iteration 0/? loss_textcat=0.25 cats_score=100 score=1',
    'iteration 10/? loss_textcat=2.45 cats_score=40 score=0.4',
    'iteration 20/? loss_textcat=2.33 cats_score=40 score=0.4',
    'iteration 30/? loss_textcat=2.24 cats_score=40 score=0.4',
    'iteration 40/? loss_textcat=2.14 cats_score=40 score=0.4',
    'iteration 50/? loss_textcat=2.06 cats_score=40 score=0.4',
    'iteration 60/? loss_textcat=1.99 cats_score=40 score=0.4',
  ],
  stan: ['iteration 1/2000', 'iteration 200/2000', 'iteration 2000/2000'],
  'table-pipe': ['epoch 1/? train_loss=0.5 val_loss=0.6', 'epoch 2/? train_loss=0.4 val_loss=0.5'],
  tabnet: ['epoch 1/? loss=0.69212 valid_auc=0.61231', 'epoch 2/? loss=0.59212 valid_auc=0.71231'],
  'tf-od': ['iteration 200/? loss=0.812', 'iteration 300/? loss=0.712'],
  torchtune: ['step 1/500', 'step 50/500', 'step 500/500', 'epoch 1/?', 'epoch 2/?'],
  tpot: ['trial 20/100', 'trial 40/100'],
  trl: [
    'epoch 0.1/? loss=0.6931 rewards/chosen=0 rewards/rejected=0 rewards/accuracies=0.5 rewards/margins=0.01 logps/chosen=-200.1 logits/chosen=-2.1',
    'epoch 0.2/? loss=0.6831 rewards/chosen=0.1 rewards/rejected=0 rewards/accuracies=0.6 rewards/margins=0.05 logps/chosen=-190.1 logits/chosen=-2.1',
  ],
  tsne: ['iteration 50/? error=60.1234', 'iteration 100/? error=55.1234'],
  umap: ['epoch 0/200', 'epoch 80/200', 'epoch 200/200'],
  'xgb-log': ['round 1/? validation_0-logloss=0.61', 'round 2/? validation_0-logloss=0.51'],
};

describe('runs/progress on training logs of the wild', () => {
  it('has an expectation for every log', () => {
    assert.deepEqual(
      readdirSync(folder)
        .map((name) => name.replace('.txt', ''))
        .sort(),
      Object.keys(logs).sort(),
    );
  });

  for (const [name, told] of Object.entries(logs)) {
    it(`reads ${name}`, () => {
      assert.deepEqual(read(readFileSync(join(folder, `${name}.txt`), 'utf8')), told);
    });
  }

  it('takes a table of the epochs that a script prints at its end for no other training', () => {
    const log = [
      'Epoch 1/3 loss=0.5 val_loss=0.6',
      'Epoch 2/3 loss=0.4 val_loss=0.5',
      'Epoch 3/3 loss=0.3 val_loss=0.4',
      ' epoch  loss  val_loss',
      '     1   0.5       0.6',
      '     2   0.4       0.5',
      '     3   0.3       0.4',
      '',
    ];
    assert.deepEqual(
      read(log.join('\n')).map((each) => each.split(' ').slice(0, 2).join(' ')),
      ['epoch 1/3', 'epoch 2/3', 'epoch 3/3'],
    );
  });

  it('reads nothing in builds, tables of other things and lists', () => {
    const lines = [
      'Step 3/12 : RUN pip install torch',
      '[12/50] Building CXX object loss.cpp.o',
      '[3/50] errors: 2',
      '[1/4] Resolving packages...',
      'Iteration 5: done',
      'Episode 3 of the series',
      '| step | time |',
      '|------|------|',
      '| 1 | 0.3 |',
      'iter,seconds',
      '1,0.5',
      'epoch  started',
      '1  12:00:00',
      'E    #   NAME',
      '1    2   x',
      'Trial version 3 expires in 12 days',
      'Number of trials: unknown',
      'Progress: 50% of files',
      'building tree view 1 of 3',
      '{"step": 3, "message": "loss of power"}',
      'ETA 3 min',
      '  1: 2.5, 3.5 avg, 0.1 rate',
    ];
    assert.deepEqual(read(`${lines.join('\n')}\n`), []);
  });

  it('watches nothing that measures the machine, the loop or its settings, though it is named after a measure', () => {
    const none = [
      'gpu_mem',
      'train_gpu_mem',
      'v_num',
      'lr',
      'lr-AdamW',
      'grad_norm',
      'train/grad_norm',
      'val_grad_norm',
      'eta',
      'memory',
      'max_mem',
      'throughput',
      'tokens_per_sec',
      'loss_scale',
      'loss_scaler',
      'loss_weight',
      'kl_coef',
      'kl_weight',
      'entropy_coef',
      'reward_scale',
      'batch_cost',
      'data_cost',
      'avg_reader_cost',
      'time_cost',
      'cache_hit',
      'cache_hits',
      'error_count',
      'score_threshold',
      'prev_loss',
      'memory/max_active (GiB)',
      'memory/loss',
      'gamma',
      'l2',
      'dur',
      'elapsed_time',
      'iter_time',
      'eval_runtime',
      'eval_samples_per_second',
    ];
    assert.deepEqual(
      none.filter((name) => isFigureOfModel(name) && metricDirection(name) !== null),
      [],
    );
    const some = [
      'loss',
      'val_loss',
      'train/loss',
      'valid_0 l2',
      'train-gamma-deviance',
      'accuracy',
      'val_f1',
      'hit_ratio',
      'score',
      'rewards/margins',
      'loss_ner',
      'coco/bbox_mAP',
      'eval_wer',
      'cost',
      'kl',
      'recall@10',
    ];
    assert.deepEqual(
      some.filter((name) => !isFigureOfModel(name)),
      [],
    );
  });
});
