import type { PracticeText } from '../practice';

export const planPractices: readonly PracticeText[] = [
  {
    number: 1,
    title: 'Estimate emissions',
    group: 'plan',
    what: 'Measure what training and serving use, and publish the figure with the model.',
    why: 'What is measured can be compared and lowered; what is guessed afterwards is often far off, because nobody remembers the hardware, the hours or the grid. Measuring while the run goes on costs next to nothing.',
    figures: [
      { text: 'Estimates made after the fact, from outside, were wrong by up to 88 times.', source: 'patterson2021' },
      {
        text: 'Training T5 emitted about 26 % of what a passenger jet emits on one round trip between San Francisco and New York (about 180 t); GPT-3 about 305 %.',
        source: 'patterson2021',
      },
      { text: 'Training BLOOM emitted about 24.7 t.', source: 'mitsmr' },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'runs-measured', text: 'Training runs are measured' },
      { id: 'location-known', text: 'The grid behind the figures is set, not guessed' },
      { id: 'estimate-before', text: 'Large runs are estimated before they start' },
      {
        id: 'emissions-published',
        text: 'The model’s description states energy, emissions and how they were measured',
      },
    ],
    actions: ['measure-run', 'show-runs', 'set-location', 'write-statement'],
  },
  {
    number: 2,
    title: 'Set an energy limit',
    group: 'plan',
    what: 'Agree on a budget for a run and for the project before the work begins, and let runs end when it is used.',
    why: 'Without a limit, the last tenth of a per cent of accuracy can cost as much as everything before it. A limit makes that a decision. It should end a run gently, so that checkpoints are saved, and never take work away.',
    figures: [],
    links: ['ludvigsen'],
    items: [
      { id: 'run-budget', text: 'A run has a budget in watt-hours or grams' },
      { id: 'project-budget', text: 'The project has a budget, and someone looks at it' },
      { id: 'time-cap', text: 'Runs have a longest duration (72 hours, for example)' },
      { id: 'checkpoints-saved', text: 'A run that is stopped has saved a checkpoint' },
    ],
    actions: ['set-budget', 'show-runs', 'check-code'],
  },
];
