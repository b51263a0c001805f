import type { PracticeText } from '../practice';

export const adjustTheCodePractices: readonly PracticeText[] = [
  {
    number: 12,
    title: 'Tune for accuracy and energy',
    group: 'adjust the code',
    what: 'Make energy a second objective of the search for settings.',
    why: 'Many settings are nearly as accurate as the best and use a fraction of its energy, but a search that looks at accuracy alone never sees them. A search that gives up bad trials early also saves the energy of the search itself.',
    figures: [
      {
        text: 'GPOEO, a research system, finds efficient settings of the GPU while training goes on.',
        source: 'mitsmr',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'energy-objective', text: 'The search weighs energy, time or size against accuracy' },
      { id: 'bad-trials-pruned', text: 'Trials that fall behind are ended early' },
      { id: 'search-bounded', text: 'The search has a limit of trials or time' },
    ],
    actions: ['check-code', 'compare-runs'],
  },
  {
    number: 13,
    title: 'Choose activations with care',
    group: 'adjust the code',
    what: 'Use activations that are cheap to compute, do not saturate, and keep the fast kernels.',
    why: 'Saturating activations in hidden layers slow learning down, so training takes more epochs. In recurrent layers one unusual argument is enough to lose the fused kernel of the GPU, and with it much of its speed.',
    figures: [
      {
        text: 'Keras uses the fused cuDNN kernel of an LSTM only with its default activations, without recurrent dropout and unrolling, and with a bias.',
        source: 'keras-lstm',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'hidden-activations', text: 'Hidden layers use activations that do not saturate' },
      { id: 'fused-kernels', text: 'Recurrent layers keep the fused kernel' },
    ],
    actions: ['check-code'],
  },
  {
    number: 14,
    title: 'Distil large models',
    group: 'adjust the code',
    what: 'Serve a small model that has learned from the large one.',
    why: 'Training happens once, predictions happen every day: for a service that is used, they are most of the energy. Well-known large models have distilled versions that can be loaded by name.',
    figures: [{ text: 'A distilled student used 2.7 times less energy for predictions.', source: 'mitsmr' }],
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
    what: 'Make the work smaller before spreading it over more cores or devices.',
    why: 'Running in parallel ends sooner, but the work stays the same, and waiting and talking between devices come on top. Faster is worth it only when the energy says so as well: compare the two runs.',
    figures: [],
    links: ['ludvigsen', 'pytorch-ddp'],
    items: [
      { id: 'parallel-measured', text: 'More devices were compared with fewer by energy, not only by time' },
      { id: 'devices-busy', text: 'Each device that is used is kept busy' },
    ],
    actions: ['compare-runs', 'check-code'],
  },
  {
    number: 16,
    title: 'Avoid grid search',
    group: 'adjust the code',
    what: 'Search at random, by halving or by a model of the results instead of trying all combinations.',
    why: 'A grid multiplies: three settings with five values each in five folds are 626 trainings. A random search spends each one on new values of all settings, halving ends the weak ones early, and both can be given a limit.',
    figures: [],
    links: ['ludvigsen', 'sklearn-search'],
    items: [
      { id: 'no-grid-search', text: 'Settings are searched at random, by halving or with a sampler' },
      { id: 'search-on-subset', text: 'The first round of a search uses a part of the data' },
      { id: 'search-results-kept', text: 'Results are kept, so that no search is repeated' },
    ],
    actions: ['check-code', 'show-runs'],
  },
  {
    number: 17,
    title: 'Consider sparse networks',
    group: 'adjust the code',
    what: 'For large models, use architectures that compute only a part of their weights for each input.',
    why: 'A sparse network, such as a mixture of experts, can be as accurate as a dense one while most of it rests. It pays for large models; for small ones, a smaller dense network is the simpler answer.',
    figures: [
      {
        text: 'Large sparse networks can use less than a tenth of the energy of dense ones at the same accuracy.',
        source: 'patterson2021',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'sparse-considered', text: 'A sparse architecture was considered for the largest model' },
      { id: 'pruned', text: 'Weights that do nothing are pruned before serving' },
    ],
    actions: ['check-code', 'compare-runs'],
  },
];
