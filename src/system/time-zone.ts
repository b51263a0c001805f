import { readlinkSync } from 'node:fs';

/** What the time zone is read from; tests give their own. */
export interface TimeZoneSources {
  readonly env: NodeJS.ProcessEnv;
  /** Target of a symbolic link; throws where there is none. */
  readonly readLink: (path: string) => string;
  /** The zone that `Intl` knows. It loads the tables of ICU, which costs about 30 ms of processor time. */
  readonly fromIntl: () => string | undefined;
}

const ownSources: TimeZoneSources = {
  env: process.env,
  readLink: readlinkSync,
  fromIntl: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** Where Linux and macOS say which zone the computer keeps, as a link into the tz database. */
const linkOfTheSystem = '/etc/localtime';

/** "Europe/Berlin", "America/Argentina/Salta", "UTC"; not the POSIX form "CET-1CEST". */
const zoneName = /^(?:UTC|[A-Z][A-Za-z_-]{1,30}(?:\/[A-Z][A-Za-z0-9_+-]{1,30}){1,2})$/;

/** The computer's IANA time zone; null if the system has none. */
export function localTimeZone({ env, readLink, fromIntl }: TimeZoneSources = ownSources): string | null {
  const cheap = env['TZ'] === undefined ? linkedZone(readLink) : namedZone(env['TZ'].replace(/^:/, ''));
  if (cheap !== null) return cheap;
  const zone = fromIntl();
  return zone === undefined || zone === '' ? null : zone;
}

function linkedZone(readLink: TimeZoneSources['readLink']): string | null {
  try {
    const [, zone] = readLink(linkOfTheSystem).split('/zoneinfo/');
    return zone === undefined ? null : namedZone(zone);
  } catch {
    return null;
  }
}

function namedZone(text: string): string | null {
  return zoneName.test(text) ? text : null;
}
