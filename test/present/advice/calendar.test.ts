import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calendarFile } from '../../../src/present/advice/calendar';

const start = Date.parse('2026-11-30T09:00:00Z');
const event = {
  start,
  end: start + 4 * 3_600_000,
  summary: 'Start the job: clean hours in Germany',
  description: 'Saves 11 %; 414 g/kWh now, 369 then.',
  made: start - 3_600_000,
};

/** Reads a file as RFC 5545 describes: lines end with CRLF, and a line that begins with a space goes on. */
function read(text: string): readonly (readonly [name: string, value: string])[] {
  assert.ok(text.endsWith('\r\n'));
  const lines = text.slice(0, -2).split('\r\n');
  for (const line of lines) {
    assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.doesNotMatch(line, /[\r\n]/);
  }
  return lines
    .join('\r\n')
    .replaceAll('\r\n ', '')
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const);
}

const unescaped = (value: string): string =>
  value.replace(/\\([\\;,n])/g, (_, character: string) => (character === 'n' ? '\n' : character));

function valueOf(text: string, name: string): string {
  const [, value] = read(text).find(([each]) => each === name) ?? assert.fail(name);
  return value;
}

describe('the calendar file', () => {
  it('has what RFC 5545 asks for, in UTC, with a reminder at the start', () => {
    const text = calendarFile(event);
    assert.deepEqual(
      read(text).map(([name]) => name),
      'BEGIN VERSION PRODID BEGIN UID DTSTAMP DTSTART DTEND SUMMARY DESCRIPTION TRANSP BEGIN ACTION DESCRIPTION TRIGGER END END END'.split(
        ' ',
      ),
    );
    assert.equal(valueOf(text, 'VERSION'), '2.0');
    assert.equal(valueOf(text, 'DTSTAMP'), '20261130T080000Z');
    assert.equal(valueOf(text, 'DTSTART'), '20261130T090000Z');
    assert.equal(valueOf(text, 'DTEND'), '20261130T130000Z');
    assert.equal(valueOf(text, 'TRIGGER'), 'PT0S');
    assert.equal(valueOf(text, 'DESCRIPTION'), 'Saves 11 %\\; 414 g/kWh now\\, 369 then.');
  });

  it('names the same window in the same way, so that no calendar shows it twice', () => {
    const later = calendarFile({ ...event, made: event.made + 60_000 });
    assert.equal(valueOf(later, 'UID'), valueOf(calendarFile(event), 'UID'));
    const other = calendarFile({ ...event, start: event.start + 3_600_000 });
    assert.notEqual(valueOf(other, 'UID'), valueOf(calendarFile(event), 'UID'));
  });

  it('keeps any text a text, in lines that are short enough', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (summary) => {
        const text = calendarFile({ ...event, summary });
        const shown = unescaped(valueOf(text, 'SUMMARY'));
        assert.equal(read(text).length, 18);
        // Characters that cannot be seen are written out, as everywhere.
        if (!/[^ -~\u00a1-\u05ff]/.test(summary)) assert.equal(shown, summary);
      }),
    );
    const injected = calendarFile({ ...event, summary: 'a\r\nEND:VEVENT\nb\rc' });
    assert.equal(unescaped(valueOf(injected, 'SUMMARY')), 'a\nEND:VEVENT\nb\nc');
  });
});
