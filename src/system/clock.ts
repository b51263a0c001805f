/** Time as the engine sees it; passed in, so that tests can move it. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. For stamps only: it can jump. */
  wallMilliseconds(): number;
  /** Seconds from an arbitrary origin; never goes back. For every duration. */
  monotonicSeconds(): number;
  /** Calls `callback` once after `milliseconds`; the returned function cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Resolves after `milliseconds`. */
export function pause(clock: Pick<Clock, 'after'>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void clock.after(milliseconds, resolve));
}

/** Lets everything have its turn that waits already: no time passes. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export const systemClock: Clock = {
  wallMilliseconds: () => Date.now(),
  monotonicSeconds: () => Number(process.hrtime.bigint()) / 1e9,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
