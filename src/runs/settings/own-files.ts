import { join } from 'node:path';
import { ConfigError, parseSettings } from '../../project/settings-file';
import { readSmallText, type SmallText } from '../../system/files';
import { configDirectory, machineDirectory, type UserEnvironment } from '../../system/own-directories';
import { systemPrograms } from '../../system/spawn';
import { readTrustedText } from '../../system/trusted-file';
import { limitsOfTable, noSettings, settingsOfTable, type FileSettings } from './settings-file';
import type { FileOrigin } from '../origin';
import type { BudgetLayer } from './layers';

const fileName = 'config.toml';

/** Where the settings of the user and the machine are. */
export interface OwnSettingsFiles {
  /** Null without a home directory. */
  readonly user: string | null;
  /** Shown as `~`. */
  readonly home: string | null;
  readonly machine: string;
  /** The id of the user who must own the machine's file. */
  readonly machineOwner: number;
}

/** The settings of the user and the machine, for runs in any folder. */
export interface OwnSettings {
  readonly user: FileSettings;
  readonly machine: FileSettings;
  /** What nobody on this machine may exceed. */
  readonly limits: BudgetLayer;
}

export function ownSettingsFiles(user: UserEnvironment): OwnSettingsFiles {
  const folder = configDirectory(user);
  return {
    user: folder === null ? null : join(folder, fileName),
    home: user.home,
    machine: join(machineDirectory(user), fileName),
    machineOwner: 0,
  };
}

/** Reads both files. Never throws because of a file: what cannot be used is in `problems`. */
export async function readOwnSettings({ user, home, machine, machineOwner }: OwnSettingsFiles): Promise<OwnSettings> {
  const trust = { platform: process.platform, owner: machineOwner, programs: systemPrograms };
  const [own, all] = await Promise.all([user === null ? null : readSmallText(user), readTrustedText(machine, trust)]);
  const shown = user === null ? '' : withTilde(user, home);
  const [userSettings, machineSettings] = await Promise.all([
    read(own ?? { kind: 'absent' }, user ?? '', { by: 'user file', file: shown }),
    read(all, machine, { by: 'machine file', file: machine }),
  ]);
  return { user: userSettings, machine: machineSettings, limits: machineSettings.limits };
}

async function read(
  found: SmallText,
  path: string,
  from: FileOrigin,
): Promise<FileSettings & { readonly limits: BudgetLayer }> {
  if (found.kind === 'absent') return { ...noSettings(from), limits: {} };
  if (found.kind === 'unreadable')
    return { ...noSettings(from, [`${from.file} is not used. ${found.problem}`]), limits: {} };
  try {
    const table = (await parseSettings(found.text, from.file)) ?? {};
    const settings = await settingsOfTable(table, path, from);
    if (from.by !== 'machine file') return { ...settings, limits: {} };
    const { limits, problems } = limitsOfTable(table, from);
    return { ...settings, limits, problems: [...settings.problems, ...problems] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ...noSettings(from, [error.message]), limits: {} };
  }
}

/** A path below the home folder, without the name of the user. */
function withTilde(path: string, home: string | null): string {
  const isBelow = home !== null && home.length > 1 && path.startsWith(home) && /^[/\\]/.test(path.slice(home.length));
  return isBelow ? `~${path.slice(home.length)}` : path;
}
