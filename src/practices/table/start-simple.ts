import type { PracticeText } from '../practice';

export const startSimplePractices: readonly PracticeText[] = [
  {
    number: 3,
    title: 'Start with simple models',
    group: 'start simple',
    publishedRank: 6,
    what: 'Try the simplest model that could work, and check what larger ones add.',
    why: 'A linear model or a small forest trains in seconds and is often good enough. Even if it is not, it shows how much a large model really gains, and at what cost in energy.',
    figures: [
      {
        text: 'Together, a well-chosen network, data centre and processor can lower the emissions of training by up to 100 to 1,000 times.',
        source: 'patterson2021',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'baseline-trained', text: 'A simple baseline was trained and measured' },
      { id: 'gain-compared', text: 'The gain of the large model was compared with its extra energy' },
    ],
    actions: ['measure-run', 'compare-runs'],
  },
  {
    number: 4,
    title: 'Start with few layers',
    group: 'start simple',
    publishedRank: 13,
    what: 'Start with a small network, and make it larger only while the validation score improves.',
    why: 'Parameters cost energy in every training step and in every prediction. Most of them are often in one place: a dense layer after a Flatten can hold nearly the whole model, where pooling would be enough.',
    figures: [],
    links: ['ludvigsen'],
    items: [
      { id: 'small-network-first', text: 'A network with one or two hidden layers was tried' },
      { id: 'parameters-known', text: 'We know which layers hold most of the parameters' },
      { id: 'pooling-before-dense', text: 'Feature maps are pooled before dense layers' },
    ],
    actions: ['check-code', 'compare-runs'],
  },
  {
    number: 5,
    title: 'Stop underperforming training',
    group: 'start simple',
    publishedRank: 7,
    what: 'Watch the validation metric, and stop runs that no longer improve.',
    why: 'Energy spent after the best epoch is wasted, and overfitting makes the model worse. Early stopping needs validation data, some patience, and the best weights restored at the end.',
    figures: [],
    links: ['ludvigsen'],
    items: [
      { id: 'early-stopping', text: 'Long trainings use early stopping on a validation metric' },
      { id: 'best-weights-kept', text: 'The best weights are restored, not the last ones' },
      { id: 'bad-runs-ended', text: 'Runs that make no progress are stopped' },
    ],
    actions: ['check-code', 'show-runs'],
  },
  {
    number: 6,
    title: 'Debug on small subsets',
    group: 'start simple',
    publishedRank: 4,
    what: 'Find errors with a few batches, and use all data only for the final run.',
    why: 'A typo that fails after the third epoch costs three epochs. One batch through training, validation and saving finds it in seconds. A sample of the data is often also enough to choose between models.',
    figures: [
      {
        text: 'Training on 70 % of the data lost less than 1 % of accuracy and saved 47 % of the energy.',
        source: 'mitsmr',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'subset-switch', text: 'An option runs the whole program on a few batches' },
      { id: 'dry-run-first', text: 'A short test run comes before every long run' },
    ],
    actions: ['check-code', 'show-runs'],
  },
  {
    number: 7,
    title: 'Use pre-trained models',
    group: 'start simple',
    publishedRank: 2,
    what: 'Look for a model that is already trained, and fine-tune it.',
    why: 'The energy of pre-training is spent once and shared by everyone who uses the model. Fine-tuning needs less data, fewer epochs and often only a part of the weights.',
    figures: [
      {
        text: 'With transfer learning, training took 22 fewer epochs, was 4 times faster and used 99.3 % less energy.',
        source: 'mitsmr',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'pretrained-searched', text: 'We looked for a pre-trained model before training our own' },
      { id: 'fine-tuned', text: 'Models start from pre-trained weights if they exist' },
      { id: 'weights-shared', text: 'Trained models are stored where colleagues can find them' },
    ],
    actions: ['check-code'],
  },
];
