import { readlinkSync } from 'node:fs';

/** Where the time zone is read from; passed in for tests. */
export interface TimeZoneSources {
  readonly env: NodeJS.ProcessEnv;
  /** The target of a symbolic link; throws if there is none. */
  readonly readLink: (path: string) => string;
  /** The zone that `Intl` reports. This loads the tables of ICU, which costs about 30 ms of CPU time. */
  readonly fromIntl: () => string | undefined;
}

const ownSources: TimeZoneSources = {
  env: process.env,
  readLink: readlinkSync,
  fromIntl: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** On Linux and macOS, a link to the computer's zone in the tz database. */
const systemZoneLink = '/etc/localtime';

/** "Europe/Berlin", "America/Argentina/Salta", "UTC"; not the POSIX form "CET-1CEST". */
const zoneName = /^(?:UTC|[A-Z][A-Za-z_-]{1,30}(?:\/[A-Z][A-Za-z0-9_+-]{1,30}){1,2})$/;

/** The computer's IANA time zone; null if unknown. */
export function localTimeZone({ env, readLink, fromIntl }: TimeZoneSources = ownSources): string | null {
  const cheap = env['TZ'] === undefined ? linkedZone(readLink) : namedZone(env['TZ'].replace(/^:/, ''));
  if (cheap !== null) return cheap;
  const zone = fromIntl();
  return zone === undefined || zone === '' ? null : zone;
}

function linkedZone(readLink: TimeZoneSources['readLink']): string | null {
  try {
    const [, zone] = readLink(systemZoneLink).split('/zoneinfo/');
    return zone === undefined ? null : namedZone(zone);
  } catch {
    return null;
  }
}

function namedZone(text: string): string | null {
  return zoneName.test(text) ? text : null;
}
