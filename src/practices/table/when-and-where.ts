import type { PracticeText } from '../practice';

export const whenAndWherePractices: readonly PracticeText[] = [
  {
    number: 8,
    title: 'Train in low-carbon regions',
    group: 'when and where',
    publishedRank: 1,
    what: 'Choose the region of a large job by the carbon intensity of its grid.',
    why: 'Nothing else achieves so much with so little work: the same job emits many times more on coal than on hydro or nuclear power. Data residency laws, latency and the cost of moving data set limits, but training is usually easier to move than serving.',
    figures: [
      { text: 'The same job can emit up to 30 times less in another region.', source: 'ludvigsen' },
      { text: 'Even within one country, location can make a difference of 5 to 10 times.', source: 'patterson2021' },
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
      { id: 'limits-written', text: 'The reasons that tie us to a region are documented' },
    ],
    actions: ['recommend-region', 'set-location', 'check-code'],
  },
  {
    number: 9,
    title: 'Run in cleaner hours',
    group: 'when and where',
    publishedRank: 8,
    what: 'Start flexible jobs when your grid is cleanest.',
    why: 'The energy mix changes over the day, and every grid has its own pattern: with a lot of solar power, noon is cleanest; elsewhere, it may be night. Without knowing the pattern, advice such as “run at night” does as much harm as good. For jobs of a day or more, the start hardly matters, but pausing in bad hours does.',
    figures: [
      {
        text: 'In one case, starting at midnight raised emissions by 8 %: choose hours by the grid, not by habit.',
        source: 'dodge2022',
      },
      {
        text: 'Choosing the start time and pausing while the grid is dirty both lower emissions.',
        source: 'dodge2022',
      },
    ],
    links: ['ludvigsen'],
    items: [
      { id: 'curve-known', text: 'We know the daily pattern of our grid' },
      { id: 'start-chosen', text: 'Jobs that can wait start in the cleaner hours' },
      { id: 'resumable', text: 'Long jobs can be paused and resumed' },
    ],
    actions: ['best-time', 'set-location'],
  },
  {
    number: 10,
    title: 'Use efficient data centres and hardware',
    group: 'when and where',
    publishedRank: 3,
    what: 'Prefer data centres with a low overhead, and recent hardware that fits the task.',
    why: 'The overhead of a data centre (PUE) adds to every watt-hour. New accelerators do the same work with less energy if the job keeps them busy. A large one that waits for data does not.',
    figures: [
      { text: 'Cloud data centres are 1.4 to 2 times more efficient than typical ones.', source: 'patterson2021' },
      {
        text: 'Processors made for machine learning are 2 to 5 times more efficient than general-purpose ones.',
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
    publishedRank: 11,
    what: 'Shut down notebooks, servers and endpoints that nobody uses.',
    why: 'An idle machine still draws power day and night, a GPU alone tens of watts. A service with few requests can scale to zero, and an endpoint for one experiment can be deleted afterwards.',
    figures: [],
    links: ['ludvigsen'],
    items: [
      { id: 'scales-to-zero', text: 'Endpoints scale to zero or are deleted after use' },
      { id: 'idle-shutdown', text: 'Notebooks and machines shut down when idle' },
      { id: 'idle-reviewed', text: 'Services that run all the time are reviewed regularly' },
    ],
    actions: ['check-code', 'show-runs'],
  },
];
