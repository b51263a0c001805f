import type { SourceId } from '../sources';

/** Advice from the same sources that is not one of the 17 practices. */
interface FurtherAdvice {
  readonly title: string;
  readonly text: string;
  readonly source: SourceId;
}

export const furtherAdvice: readonly FurtherAdvice[] = [
  {
    title: 'Smaller and cleaner data',
    text: 'Remove duplicates and rows that add nothing. With 70 % of the data, training lost less than 1 % of accuracy and saved 47 % of the energy.',
    source: 'mitsmr',
  },
  {
    title: 'Balanced classes',
    text: 'Rare classes make training long: on imbalanced classes, it needed three times the energy and twice the data.',
    source: 'mitsmr',
  },
  {
    title: 'Pruning',
    text: 'Before you serve a model to many users, remove weights or whole channels that hardly change its results.',
    source: 'mitsmr',
  },
  {
    title: 'No redundant reads and copies',
    text: 'Read each file once, in a fast format. Save prepared data instead of preparing it for every run. Do not copy data between memory and GPU if it can stay.',
    source: 'mitsmr',
  },
  {
    title: 'Checkpoints',
    text: 'Save checkpoints regularly, so that a failure, a stop or a pause loses little work.',
    source: 'mitsmr',
  },
  {
    title: 'The newest machines',
    text: 'The newest generation of virtual machines can halve the energy of the same job.',
    source: 'mitsmr',
  },
  {
    title: 'GPU power settings',
    text: 'A power limit slightly below the maximum often costs little speed. Systems such as GPOEO find good settings during training.',
    source: 'mitsmr',
  },
  {
    title: 'The whole life of a model',
    text: 'Manufacturing the hardware, storing the data and serving the model count as well. Four practices together (model, machine, data centre, location) lowered energy up to 100 times and emissions up to 1,000 times.',
    source: 'patterson2022',
  },
];
