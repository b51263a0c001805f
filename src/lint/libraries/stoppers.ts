import { boosterStopping } from './boosters';

/** What ends a training that no longer gets better, whatever the library: callbacks and arguments. */
export const stoppers: readonly string[] = ['EarlyStopping', 'EarlyStoppingCallback', ...boosterStopping];
