import * as assert from 'node:assert/strict';
import { localTimeZone, type TimeZoneSources } from '../../src/system/time-zone';

const sources = (given: Partial<TimeZoneSources>): TimeZoneSources => ({
  env: {},
  readLink: () => {
    throw new Error('no link');
  },
  fromIntl: () => 'Asia/Tokyo',
  ...given,
});

describe('the time zone of the computer', () => {
  it("is read from the system's link, without loading the tables of Intl", () => {
    for (const [target, zone] of [
      ['/usr/share/zoneinfo/Europe/Berlin', 'Europe/Berlin'],
      ['../usr/share/zoneinfo/America/Argentina/Salta', 'America/Argentina/Salta'],
      ['/var/db/timezone/zoneinfo/America/Port-au-Prince', 'America/Port-au-Prince'],
      ['/usr/share/zoneinfo/Etc/UTC', 'Etc/UTC'],
      ['/usr/share/zoneinfo/Etc/GMT+3', 'Etc/GMT+3'],
      ['/usr/share/zoneinfo/UTC', 'UTC'],
    ] as const) {
      assert.equal(localTimeZone(sources({ readLink: () => target, fromIntl: () => assert.fail('asked Intl') })), zone);
    }
  });

  it('is taken from TZ before the link', () => {
    const readLink = (): string => assert.fail('read the link');
    assert.equal(localTimeZone(sources({ env: { TZ: 'Europe/London' }, readLink })), 'Europe/London');
    assert.equal(localTimeZone(sources({ env: { TZ: ':Europe/London' }, readLink })), 'Europe/London');
  });

  it('comes from Intl if neither TZ nor the link names a zone', () => {
    for (const TZ of ['CET-1CEST', '', '/usr/share/zoneinfo/Europe/Paris', '../../etc/passwd']) {
      assert.equal(
        localTimeZone(sources({ env: { TZ }, readLink: () => '/usr/share/zoneinfo/Europe/Berlin' })),
        'Asia/Tokyo',
      );
    }
    for (const target of ['/etc/adjtime', '/usr/share/zoneinfo/posix/Europe/Berlin', '/usr/share/zoneinfo/']) {
      assert.equal(localTimeZone(sources({ readLink: () => target })), 'Asia/Tokyo');
    }
    assert.equal(localTimeZone(sources({})), 'Asia/Tokyo');
  });

  it('is null if nothing names one', () => {
    assert.equal(localTimeZone(sources({ fromIntl: () => '' })), null);
    assert.equal(localTimeZone(sources({ fromIntl: () => undefined })), null);
  });

  it('agrees with Intl on this computer', () => {
    const canonical = (timeZone: string | null): string | undefined =>
      timeZone === null ? undefined : new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
    assert.equal(canonical(localTimeZone()), canonical(new Intl.DateTimeFormat().resolvedOptions().timeZone));
  });
});
