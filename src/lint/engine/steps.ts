/** The cost of a look at the places of a name, relative to evaluating a node. */
export const stepsOfAUse = 4;
