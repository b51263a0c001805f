/** That some runs are in no figure; empty if the energy of all is known. */
export function unknownEnergyInWords(runsWithoutEnergy: number, runs: number): readonly string[] {
  return runsWithoutEnergy === 0
    ? []
    : [`The energy of ${runsWithoutEnergy} of ${runs} runs is not known, so they are not in any figure.`];
}
