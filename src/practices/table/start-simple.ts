import type { PracticeText } from '../practice';

export const startSimplePractices: readonly PracticeText[] = [
  {
    number: 3,
    title: 'Start with simple models',
    group: 'start simple',
    what: 'Try the simplest model that could work, and let larger ones prove what they add.',
    why: 'A linear model or a small forest trains in seconds and is often good enough. Even where it is not, it says how much a large model really gains, and at what price in energy.',
    figures: [
      {
        text: 'The network, the data centre and the processor, chosen well together, can lower the emissions of training up to 100 to 1,000 times.',
        source: 'patterson2021',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'baseline-trained', text: 'A simple baseline has been trained and measured' },
      { id: 'gain-compared', text: 'The large model’s gain has been set against its extra energy' },
    ],
    actions: ['measure-run', 'compare-runs'],
  },
  {
    number: 4,
    title: 'Start with few layers',
    group: 'start simple',
    what: 'Begin with a small network and grow it only while validation improves.',
    why: 'Parameters cost energy in each step of training and in each prediction afterwards. Most of them often sit in one place: a dense layer behind a Flatten can hold nearly the whole model, where pooling would do.',
    figures: [],
    links: ['ludvigsen'],
    items: [
      { id: 'small-network-first', text: 'A network with one or two hidden layers has been tried' },
      { id: 'parameters-known', text: 'We know where the parameters of the model sit' },
      { id: 'pooling-before-dense', text: 'Feature maps are pooled before dense layers' },
    ],
    actions: ['check-code', 'compare-runs'],
  },
  {
    number: 5,
    title: 'Stop underperforming training',
    group: 'start simple',
    what: 'Watch the validation metric and end runs that no longer improve.',
    why: 'Energy spent after the best epoch is lost, and it makes the model worse where it overfits. Early stopping needs validation data to look at, some patience, and the best weights restored at its end.',
    figures: [],
    links: ['ludvigsen'],
    items: [
      { id: 'early-stopping', text: 'Long trainings stop early on a validation metric' },
      { id: 'best-weights-kept', text: 'The best weights are restored, not the last ones' },
      { id: 'bad-runs-ended', text: 'Runs that go nowhere are stopped when someone sees it' },
    ],
    actions: ['check-code', 'show-runs'],
  },
  {
    number: 6,
    title: 'Debug on small subsets',
    group: 'start simple',
    what: 'Find mistakes in code on a few batches, and use all the data only for the run that counts.',
    why: 'A typing mistake after the third epoch costs three epochs. One batch through training, validation and saving finds it in seconds. A sample of the data is often enough to choose between models, too.',
    figures: [
      {
        text: 'Training on 70 % of the data cost less than 1 % of accuracy and saved 47 % of the energy.',
        source: 'mitsmr',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'subset-switch', text: 'A switch runs the whole program on a few batches' },
      { id: 'dry-run-first', text: 'Long runs are tried out short before they start' },
    ],
    actions: ['check-code', 'show-runs'],
  },
  {
    number: 7,
    title: 'Use pre-trained models',
    group: 'start simple',
    what: 'Look for a model that someone has trained already, and fine-tune it.',
    why: 'The energy of pre-training is spent once and can be shared by everybody. Fine-tuning needs less data, fewer epochs and often only a part of the weights.',
    figures: [
      {
        text: 'With transfer learning, training took 22 epochs less, was 4 times faster and used 99.3 % less energy.',
        source: 'mitsmr',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'pretrained-searched', text: 'We looked for a pre-trained model before training our own' },
      { id: 'fine-tuned', text: 'Models start from pre-trained weights where there are any' },
      { id: 'weights-shared', text: 'What we train is stored where colleagues find it' },
    ],
    actions: ['check-code'],
  },
];
