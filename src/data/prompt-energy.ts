import table from './prompt-energy.json';

/** A published figure for the energy of one prompt to a hosted language model, Wh. */
interface PromptEnergy {
  readonly what: string;
  readonly wattHours: number;
  readonly source: string;
  readonly url: string;
  readonly date: string;
}

/** All figures that the range comes from; they are for whole data centres, as far as their sources say so. */
export const publishedPromptEnergies: readonly PromptEnergy[] = table.figures;

const all = publishedPromptEnergies.map(({ wattHours }) => wattHours);

/**
 * The energy of one prompt, Wh: the smallest and the largest published figure. Which model answers, and how much it writes,
 * decides between them.
 */
export const promptEnergyRange = { least: Math.min(...all), most: Math.max(...all) };
