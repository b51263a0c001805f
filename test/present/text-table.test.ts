import assert from 'node:assert/strict';
import fc from 'fast-check';
import { columns } from '../../src/present/text-table';

const widest = (text: string): number =>
  Math.max(
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => line.length),
  );

describe('present/text-table', () => {
  it('fits a table into a terminal by cutting one column', () => {
    const rows = [
      ['aws:us-west-1', 'US West (Northern California) (San Francisco)', '245'],
      ['aws:eu-west-3', 'Paris', '41.9'],
    ];
    const header = ['region', 'place', 'g/kWh'];
    assert.equal(
      columns(header, rows, [2], { width: 40, column: 1 }),
      [
        'region         place               g/kWh',
        'aws:us-west-1  US West (Northern…    245',
        'aws:eu-west-3  Paris                41.9',
        '',
      ].join('\n'),
    );
    assert.equal(
      columns(header, rows, [2], { width: null, column: 1 }),
      columns(header, rows, [2]),
      'in a file nothing is cut',
    );
    assert.equal(columns(header, rows, [2], { width: 200, column: 1 }), columns(header, rows, [2]));
  });

  it('is never wider than the terminal if the other columns leave room', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ maxLength: 10 }), fc.string({ maxLength: 80 })), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 40, max: 120 }),
        (rows, width) => {
          assert.ok(widest(columns(['a', 'b'], rows, [], { width, column: 1 })) <= width);
        },
      ),
    );
  });
});
