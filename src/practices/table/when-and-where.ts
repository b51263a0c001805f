import type { PracticeText } from '../practice';

export const whenAndWherePractices: readonly PracticeText[] = [
  {
    number: 8,
    title: 'Train in low-carbon regions',
    group: 'when and where',
    what: 'Choose the region of a large job by the carbon intensity of its grid.',
    why: 'Nothing else changes so much with so little work: the same job emits many times more on coal than on water or nuclear power. Laws on where data may be, the time a request takes, and the price of moving data set the limits; training is usually freer than serving.',
    figures: [
      { text: 'The choice of the region can lower emissions up to 30 times.', source: 'ludvigsen' },
      { text: 'Location makes a difference of 5 to 10 times even within one country.', source: 'patterson2021' },
      {
        text: 'Training BERT emitted 22 to 28 kg in the central United States or Germany, and less than half of that in Norway or France.',
        source: 'dodge2022',
      },
      {
        text: 'Of the measures studied in a cloud, choosing the region could lower emissions most.',
        source: 'dodge2022',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'region-compared', text: 'Regions were compared by carbon intensity' },
      { id: 'region-chosen', text: 'Training runs in the cleanest region that our limits allow' },
      { id: 'limits-written', text: 'What ties us to a region is written down' },
    ],
    actions: ['recommend-region', 'set-location', 'check-code'],
  },
  {
    number: 9,
    title: 'Run in cleaner hours',
    group: 'when and where',
    what: 'Start flexible jobs when the grid is cleanest, by the curve of that very grid.',
    why: 'A grid’s mix changes over the day, and each grid has its own rhythm: with much solar power noon is cleanest, elsewhere night may be. Without the curve, advice such as “run at night” does harm as often as good. For jobs of a day and more the start hardly matters; there, pausing at bad hours does.',
    figures: [
      {
        text: 'A start at midnight raised emissions by 8 % in one case: hours must be chosen by the grid, not by habit.',
        source: 'dodge2022',
      },
      { text: 'Choosing the start, and pausing while the grid is dirty, both lower emissions.', source: 'dodge2022' },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'curve-known', text: 'We know the daily curve of our grid' },
      { id: 'start-chosen', text: 'Jobs that can wait start in its cleaner hours' },
      { id: 'resumable', text: 'Long jobs can be paused and resumed' },
    ],
    actions: ['best-time', 'set-location'],
  },
  {
    number: 10,
    title: 'Use efficient data centres and hardware',
    group: 'when and where',
    what: 'Prefer data centres with little overhead and recent hardware that is made for the task.',
    why: 'A data centre’s overhead (PUE) is paid for every watt-hour. New accelerators do the same work with less energy, if the job keeps them busy; a large one that waits for data does not.',
    figures: [
      { text: 'Cloud data centres are 1.4 to 2 times more efficient than typical ones.', source: 'patterson2021' },
      {
        text: 'Processors made for machine learning are 2 to 5 times more efficient than general ones.',
        source: 'patterson2021',
      },
      { text: 'The newest generation of virtual machines can halve the energy.', source: 'mitsmr' },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'pue-known', text: 'The overhead (PUE) of our data centre is known and set' },
      { id: 'recent-hardware', text: 'Jobs run on a recent generation of hardware' },
      { id: 'hardware-busy', text: 'The accelerator is busy during training' },
    ],
    actions: ['recommend-region', 'check-code'],
  },
  {
    number: 11,
    title: 'Turn services off',
    group: 'when and where',
    what: 'Stop notebooks, servers and endpoints that nobody uses.',
    why: 'A machine that waits still draws power, a GPU tens of watts of it, day and night. What serves a few requests can scale to zero; what was for one experiment can be deleted after it.',
    figures: [],
    links: ['ludvigsen'],
    items: [
      { id: 'scales-to-zero', text: 'Endpoints scale to zero or are deleted after use' },
      { id: 'idle-shutdown', text: 'Notebooks and machines shut down when idle' },
      { id: 'idle-reviewed', text: 'What runs all the time is looked through now and then' },
    ],
    actions: ['check-code', 'show-runs'],
  },
];
