import { BOOSTER_STOPPING } from './boosters';

/** What ends a training that no longer gets better, whatever the library: callbacks and arguments. */
export const STOPPERS: readonly string[] = ['EarlyStopping', 'EarlyStoppingCallback', ...BOOSTER_STOPPING];
