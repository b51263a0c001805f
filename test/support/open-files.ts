import { readdirSync, readlinkSync } from 'node:fs';

/** The paths of the files that this process holds open, as far as they match. Linux only. */
export function openFiles(pattern: RegExp): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`);
      return pattern.test(path) ? [path] : [];
    } catch {
      return []; // The listing's own.
    }
  });
}
