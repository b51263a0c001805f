import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hoursOf, millisecondsPerHour } from '../../../src/grid/profile';
import { Curve } from '../../../src/grid/curve';
import { dayChart } from '../../../src/present/advice/day-chart';
import { english } from '../../../src/present/l10n';

const epoch = Date.parse('2026-10-20T00:00:00Z');
/** Pixels. */
const characterWidth = 8;
/** Of the plot: on a page that shows all labels, and on one that leaves out the minor ones. */
const widths = { wide: 500, narrow: 250 };

interface Label {
  readonly text: string;
  readonly share: number;
  readonly anchor: string;
  readonly isMinor: boolean;
}

/** The labels of the hours below the chart of the time from `start` on. */
function labelsOf(start: number, hours: number, timeZone: string): readonly Label[] {
  const until = start + hours * millisecondsPerHour;
  const curve = new Curve([{ from: start - millisecondsPerHour, until, gramsPerKWh: 300 }]);
  const drawn = dayChart({ hours: hoursOf(curve, start, until), marks: [], now: start, timeZone, t: english });
  const labels = String(drawn).matchAll(
    /<text( class="minor")? x="([\d.]+)%" y="\d+" text-anchor="(start|middle|end)">([^<]+)/g,
  );
  return [...labels]
    .map(([, minor, share, anchor, text]) => ({
      text: text ?? '',
      share: Number(share) / 100,
      anchor: anchor ?? '',
      isMinor: minor !== undefined,
    }))
    .filter(({ share, anchor }) => share < 1 || anchor !== 'end');
}

function overlaps(labels: readonly Label[], width: number): readonly string[] {
  const boxes = labels.map(({ text, share, anchor }) => {
    const long = text.length * characterWidth;
    const left = share * width - { start: 0, middle: long / 2, end: long }[anchor as 'start'];
    return { text, left, right: left + long };
  });
  return boxes.flatMap(({ text, left }, index) => {
    const before = boxes[index - 1];
    return before !== undefined && before.right > left ? [`"${before.text}" and "${text}"`] : [];
  });
}

describe('the hours below the chart of a day', () => {
  it('never run into each other, whenever the day begins', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 * 24 * 10 }),
        fc.oneof(fc.integer({ min: 1, max: 48 }), fc.constantFrom(72, 168, 336)),
        fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns'),
        (minute, hours, timeZone) => {
          const labels = labelsOf(epoch + minute * 60_000, hours, timeZone);
          assert.deepEqual(overlaps(labels, widths.wide), []);
          assert.deepEqual(
            overlaps(
              labels.filter(({ isMinor }) => !isMinor),
              widths.narrow,
            ),
            [],
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are full hours of the clock, and there are some for a short time as well', () => {
    const of = (time: string, hours: number): readonly string[] =>
      labelsOf(Date.parse(`2026-10-20T${time}Z`), hours, 'UTC').map(({ text }) => text);
    assert.deepEqual(of('12:47', 24), ['15:00', '18:00', '21:00', 'Wed', '03:00', '06:00', '09:00', '12:00']);
    assert.deepEqual(of('12:00', 24).slice(0, 2), ['12:00', '15:00']);
    assert.deepEqual(of('13:10', 2), ['14:00', '15:00']);
  });
});
