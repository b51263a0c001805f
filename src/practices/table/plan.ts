import type { PracticeText } from '../practice';

export const planPractices: readonly PracticeText[] = [
  {
    number: 1,
    title: 'Estimate emissions',
    group: 'plan',
    publishedRank: 17,
    what: 'Measure the energy of training and serving, and publish it with the model.',
    why: 'You can compare and reduce what you measure. Later estimates are often far off, because nobody remembers the hardware, the hours or the grid. Measuring during the run costs next to nothing.',
    figures: [
      { text: 'Estimates made afterwards by outsiders were wrong by up to 88 times.', source: 'patterson2021' },
      {
        text: 'Training T5 emitted about 26 % of what a passenger jet emits on one round trip between San Francisco and New York (about 180 t); GPT-3 about 305 %.',
        source: 'patterson2021',
      },
      { text: 'Training BLOOM emitted about 24.7 t.', source: 'mitsmr' },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'runs-measured', text: 'Training runs are measured' },
      { id: 'location-known', text: 'The location of the grid is set, not guessed' },
      { id: 'estimate-before', text: 'Large runs are estimated before they start' },
      {
        id: 'emissions-published',
        text: 'The model card states energy, emissions and how they were measured',
      },
    ],
    actions: ['measure-run', 'show-runs', 'set-location', 'write-statement'],
  },
  {
    number: 2,
    title: 'Set an energy limit',
    group: 'plan',
    publishedRank: 10,
    what: 'Before you start, agree on a budget for each run and for the project, and stop runs that exceed it.',
    why: 'Without a limit, the last 0.1 % of accuracy can cost as much as everything before it. A limit turns that into a decision. It should stop a run gently, so that checkpoints are saved and no work is lost.',
    figures: [],
    links: ['ludvigsen'],
    items: [
      { id: 'run-budget', text: 'A run has a budget in watt-hours or grams' },
      { id: 'project-budget', text: 'The project has a budget, and someone checks it' },
      { id: 'time-cap', text: 'Runs have a maximum duration (for example, 72 hours)' },
      { id: 'checkpoints-saved', text: 'A run that is stopped has saved a checkpoint' },
    ],
    actions: ['set-budget', 'show-runs', 'check-code'],
  },
];
