import { visibleText } from '../plain-text';

/** What a calendar shows. Times are milliseconds since the Unix epoch. */
interface CalendarEvent {
  readonly start: number;
  readonly end: number;
  readonly summary: string;
  readonly description: string;
  /** When the file was made. */
  readonly made: number;
}

/** The longest line of a file, in octets, without its end (RFC 5545, section 3.1). */
const mostOctets = 75;

/**
 * A calendar file (RFC 5545, .ics) with one event, and a reminder at its start. Times are in UTC, so that no calendar
 * needs to know our time zone.
 */
export function calendarFile({ start, end, summary, description, made }: CalendarEvent): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Green ML//Best Time to Start//EN',
    'BEGIN:VEVENT',
    // The same window in a later file replaces this event instead of adding another one.
    `UID:${utc(start)}-${utc(end)}@green-ml`,
    `DTSTAMP:${utc(made)}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(end)}`,
    `SUMMARY:${escaped(summary)}`,
    `DESCRIPTION:${escaped(description)}`,
    // The computer is busy, the person is not.
    'TRANSP:TRANSPARENT',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(summary)}`,
    'TRIGGER:PT0S',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20261130T090000Z` */
function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`;
}

/** A value of type TEXT (section 3.3.11). */
function escaped(text: string): string {
  return visibleText(text.replaceAll('\r\n', '\n').replaceAll('\r', '\n'))
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll('\n', '\\n');
}

/** Long lines go on in the next one, after a space. No character is cut in two. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > mostOctets) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n');
}
