import { Option } from 'commander';
import { resolve } from 'node:path';
import { openPower, type Power } from '../power/machine';
import { errorCode } from '../system/files';
import { CommandError, type Io } from './io';
import { stateFolderOf } from './journal';

export interface PowerRootOptions {
  readonly 'path.sysfs'?: string;
  readonly 'path.procfs'?: string;
}

/** The options for the folders where a container has mounted the host's `/sys` and `/proc`. */
export function powerRootOptions(): Option[] {
  return [
    new Option('--path.sysfs <dir>', 'another root for /sys'),
    new Option('--path.procfs <dir>', "another root for the machine's /proc"),
  ];
}

/**
 * Opens the power sources of this machine; the caller disposes them.
 *
 * @throws CommandError if a given root is not a folder
 */
export async function openMachine(
  io: Io,
  options: PowerRootOptions,
  otherCpuSeconds: () => number = () => 0,
): Promise<Power> {
  const root = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(io.cwd, path);
  const sysfs = root(options['path.sysfs']);
  const procfs = root(options['path.procfs']);
  if (sysfs !== undefined) await requireFolder(io, '--path.sysfs', sysfs, "the host's /sys");
  if (procfs !== undefined) await requireFolder(io, '--path.procfs', procfs, "the host's /proc");
  return openPower({
    files: io.files,
    clock: io.clock,
    platform: process.platform,
    stateFolder: stateFolderOf(io),
    dedicatedProcess: true,
    otherCpuSeconds,
    ...(sysfs === undefined ? {} : { sysfs }),
    ...(procfs === undefined ? {} : { procfs }),
  });
}

/** A mistyped root would look like a machine without counters, so it is refused. */
async function requireFolder(io: Io, option: string, path: string, what: string): Promise<void> {
  try {
    await io.files.list(path);
  } catch (error) {
    const code = errorCode(error);
    const why =
      code === 'ENOENT'
        ? 'the folder does not exist'
        : code === 'ENOTDIR'
          ? 'it is not a folder'
          : `it cannot be read (${code ?? String(error)})`;
    throw new CommandError(`cannot use ${path}: ${why}; set ${option} to the folder where ${what} is mounted.`);
  }
}
