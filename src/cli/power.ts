import { Option } from 'commander';
import { resolve } from 'node:path';
import { openPower, type Power } from '../power/machine';
import type { Io } from './io';
import { stateFolderOf } from './journal';

export interface PowerRootOptions {
  readonly 'path.sysfs'?: string;
  readonly 'path.procfs'?: string;
}

/** The options by which a container names the folders where it sees the host's `/sys` and `/proc`. */
export function powerRootOptions(): Option[] {
  return [
    new Option('--path.sysfs <dir>', 'another root for /sys'),
    new Option('--path.procfs <dir>', "another root for the machine's /proc"),
  ];
}

/** Opens the power sources of this machine; the caller disposes of them. */
export function openMachine(io: Io, options: PowerRootOptions): Promise<Power> {
  const root = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(io.cwd, path));
  const sysfs = root(options['path.sysfs']);
  const procfs = root(options['path.procfs']);
  return openPower({
    files: io.files,
    clock: io.clock,
    platform: process.platform,
    stateFolder: stateFolderOf(io),
    dedicatedProcess: true,
    ...(sysfs === undefined ? {} : { sysfs }),
    ...(procfs === undefined ? {} : { procfs }),
  });
}
