import { boosterStopping } from './boosters';

/**
 * Callbacks and arguments that end a training when it stops improving, whatever the library: those of Keras 3.15, Lightning 2.6
 * and transformers 5.23, and of the boosters.
 */
export const stoppers: readonly string[] = ['EarlyStopping', 'EarlyStoppingCallback', ...boosterStopping];
