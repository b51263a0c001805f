import type { SourceId } from '../sources';

/** Advice from the same sources that is not among the 17. */
export interface FurtherAdvice {
  readonly title: string;
  readonly text: string;
  readonly source: SourceId;
}

export const furtherAdvice: readonly FurtherAdvice[] = [
  {
    title: 'Smaller and cleaner data',
    text: 'Drop duplicates and rows that teach nothing. On 70 % of the data, training lost less than 1 % of accuracy and saved 47 % of the energy.',
    source: 'mitsmr',
  },
  {
    title: 'Balanced classes',
    text: 'Rare classes that drown in the others make training long: imbalanced data needed three times the energy and twice the data.',
    source: 'mitsmr',
  },
  {
    title: 'Pruning',
    text: 'Remove weights or whole channels that hardly change the result, before the model is served to many.',
    source: 'mitsmr',
  },
  {
    title: 'No redundant reading and copying',
    text: 'Read each file once, in a format that is quick to read; keep prepared data instead of preparing it for each run; do not copy between memory and GPU what can stay.',
    source: 'mitsmr',
  },
  {
    title: 'Checkpoints',
    text: 'Save as you go, so that a failure, a stop or a pause throws nothing away.',
    source: 'mitsmr',
  },
  {
    title: 'The newest machines',
    text: 'The newest generation of virtual machines can halve the energy of the same job.',
    source: 'mitsmr',
  },
  {
    title: 'Power settings of the GPU',
    text: 'A power limit somewhat below the maximum often costs little speed. Systems such as GPOEO find good settings while training goes on.',
    source: 'mitsmr',
  },
  {
    title: 'The whole life of a model',
    text: 'Making the hardware, storing the data and serving the model count as well. Four practices together (model, machine, data centre, location) lowered energy up to 100 times and emissions up to 1,000 times.',
    source: 'patterson2022',
  },
];
