/** Ids of rules that not only their own file knows; apart from it, so that who needs the id alone reads no rule. */

/** Reported by the linter itself, which alone knows what each comment has silenced. */
export const unusedSuppressionId = 'unused-suppression';

/** Says nothing where runs are measured anyway: in the editor, and in a project with recorded runs. */
export const unmeasuredTrainingId = 'unmeasured-training';

/** Where it speaks of a region, no other hint does. */
export const highCarbonRegionId = 'high-carbon-region';
