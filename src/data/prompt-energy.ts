import table from './prompt-energy.json';

/** A published figure for the energy of one prompt to a hosted language model, Wh. */
interface PromptEnergy {
  readonly what: string;
  readonly wattHours: number;
  /** Set for figures of long answers. */
  readonly answer?: string;
  readonly source: string;
  readonly url: string;
  readonly date: string;
}

/** All figures that the range comes from; they are for whole data centres, as far as their sources say so. */
export const publishedPromptEnergies: readonly PromptEnergy[] = table.figures;

const rangeOf = (figures: readonly PromptEnergy[]): PromptEnergyRange => {
  const all = figures.map(({ wattHours }) => wattHours);
  return { least: Math.min(...all), most: Math.max(...all) };
};

/** Wh. */
interface PromptEnergyRange {
  readonly least: number;
  readonly most: number;
}

/**
 * The energy of one prompt, Wh: the smallest and the largest published figure. Which model answers, and how much it writes,
 * decides between them.
 */
export const promptEnergyRange = rangeOf(publishedPromptEnergies);

/** An answer of up to so many tokens is short; the shortest measured query of Jegham et al. has 300. */
export const shortAnswerTokens = 300;

/** The same for prompts whose answers can only be short. */
export const shortAnswerEnergyRange = rangeOf(publishedPromptEnergies.filter(({ answer }) => answer !== 'long'));
