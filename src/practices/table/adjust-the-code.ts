import type { PracticeText } from '../practice';

export const adjustTheCodePractices: readonly PracticeText[] = [
  {
    number: 12,
    title: 'Tune for accuracy and energy',
    group: 'adjust the code',
    publishedRank: 9,
    what: 'Make energy a second objective of your hyperparameter search.',
    why: 'Many settings are nearly as accurate as the best one and use a fraction of its energy, but a search that optimises only accuracy does not prefer them. Stopping bad trials early also saves energy in the search itself.',
    figures: [
      {
        text: 'GPOEO, a research system, finds efficient GPU settings during training.',
        source: 'mitsmr',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'energy-objective', text: 'The search weighs energy, time or size against accuracy' },
      { id: 'bad-trials-pruned', text: 'Trials that fall behind are stopped early' },
      { id: 'search-bounded', text: 'The search has a limit on trials or time' },
    ],
    actions: ['check-code', 'compare-runs'],
  },
  {
    number: 13,
    title: 'Choose activations with care',
    group: 'adjust the code',
    publishedRank: 15,
    what: 'Use activations that are cheap to compute, do not saturate, and keep the fast kernels.',
    why: 'Saturating activations in hidden layers slow learning down, so training takes more epochs. In recurrent layers, one unusual argument is enough to lose the fused GPU kernel, and with it much of the speed.',
    figures: [
      {
        text: 'Keras uses the fused cuDNN kernel of an LSTM only with its default activations, with a bias, and without recurrent dropout and unrolling.',
        source: 'keras-lstm',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'hidden-activations', text: 'Hidden layers use activations that do not saturate' },
      { id: 'fused-kernels', text: 'Recurrent layers use the fused kernel' },
    ],
    actions: ['check-code'],
  },
  {
    number: 14,
    title: 'Distil large models',
    group: 'adjust the code',
    publishedRank: 5,
    what: 'Serve a small model that was trained to imitate the large one.',
    why: 'Training happens once, but predictions happen every day. In a service that people use, predictions take most of the energy. Many well-known large models have distilled versions that you can load by name.',
    figures: [{ text: 'A distilled model used 2.7 times less energy for predictions.', source: 'mitsmr' }],
    links: ['ludvigsen'],
    items: [
      { id: 'distilled-considered', text: 'A distilled version of the served model was tried' },
      { id: 'inference-measured', text: 'The energy of a prediction is known' },
    ],
    actions: ['check-code', 'measure-run'],
  },
  {
    number: 15,
    title: 'Don’t throw compute at it',
    group: 'adjust the code',
    publishedRank: 14,
    what: 'Reduce the work before you spread it over more cores or devices.',
    why: 'A parallel run finishes sooner, but the work stays the same, and devices also spend energy on waiting and communication. Compare the energy of both runs before you decide that faster is better.',
    figures: [],
    links: ['ludvigsen', 'pytorch-ddp'],
    items: [
      { id: 'parallel-measured', text: 'Runs on more and fewer devices were compared by energy, not only by time' },
      { id: 'devices-busy', text: 'All devices in use are kept busy' },
    ],
    actions: ['compare-runs', 'check-code'],
  },
  {
    number: 16,
    title: 'Avoid grid search',
    group: 'adjust the code',
    publishedRank: 12,
    what: 'Use random search, successive halving or Bayesian optimisation instead of trying all combinations.',
    why: 'A grid multiplies: three hyperparameters with five values each take 626 fits in five folds. A random search tries new values of all hyperparameters with every fit, halving stops weak candidates early, and both accept a limit.',
    figures: [],
    links: ['ludvigsen', 'sklearn-search'],
    items: [
      { id: 'no-grid-search', text: 'Hyperparameters are searched at random, by halving or with a sampler' },
      { id: 'search-on-subset', text: 'The first round of a search uses a subset of the data' },
      { id: 'search-results-kept', text: 'Results are saved, so that no search is repeated' },
    ],
    actions: ['check-code', 'show-runs'],
  },
  {
    number: 17,
    title: 'Consider sparse networks',
    group: 'adjust the code',
    publishedRank: 16,
    what: 'For large models, use architectures that activate only a part of their weights for each input.',
    why: 'A sparse network, such as a mixture of experts, can be as accurate as a dense one although most of it is inactive for each input. This pays off for large models. For small ones, a smaller dense network is simpler.',
    figures: [
      {
        text: 'Large sparse networks can use less than a tenth of the energy of dense ones at the same accuracy.',
        source: 'patterson2021',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'sparse-considered', text: 'A sparse architecture was considered for the largest model' },
      { id: 'pruned', text: 'Weights that contribute nothing are pruned before serving' },
    ],
    actions: ['check-code', 'compare-runs'],
  },
];
