import assert from 'node:assert/strict';
import fc from 'fast-check';
import { atLeast, moreThanZero, most, share, wholeNumber } from '../../src/cli/number-option';
import { greenMl } from './support';

describe('cli/number-option', function () {
  this.timeout(60_000);

  it('takes decimal numbers within limits, and nothing else', () => {
    const parsers = [
      atLeast(0, 1e12),
      moreThanZero(most.hours),
      share,
      wholeNumber(1, 9, 'a digit'),
      atLeast(1, most.pue),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...parsers),
        fc.oneof(
          fc.string(),
          fc.double().map(String),
          fc.integer().map(String),
          fc.constantFrom(
            '1e308',
            '-1',
            '0x10',
            '0b1',
            '1,5',
            '1,000',
            'NaN',
            'Infinity',
            '',
            ' ',
            '1e-320',
            '１',
            '1_000',
            '+-1',
            '.',
            'e5',
          ),
        ),
        (parser, text) => {
          try {
            const value = parser(text);
            assert.ok(
              Number.isFinite(value) && value <= 1e12 && value >= 0 && /^\s*[+-]?[\d.]+(e[+-]?\d+)?\s*$/i.test(text),
            );
          } catch (error) {
            if (error instanceof assert.AssertionError) throw error;
            assert.match(String(error), /a digit|Write /);
          }
        },
      ),
      { numRuns: 2000 },
    );
    assert.deepEqual(['5', '1.5', '.5', '1e3', ' 7 '].map(atLeast(0, 1e6)), [5, 1.5, 0.5, 1000, 7]);
  });

  it('guards every option that takes a number, with one sentence', async () => {
    const estimate = ['estimate', '--watts', '1', '--hours', '1', '--intensity', '1'];
    const cases: readonly (readonly [args: readonly string[], option: string])[] = [
      [['estimate', '--hours', '1'], '--watts'],
      [['estimate', '--watts', '1'], '--hours'],
      ...['--count', '--usage', '--memory-gb', '--pue', '--lifespan-hours', '--share', '--units', '--embodied-kg'].map(
        (option) => [estimate, option] as const,
      ),
      [['estimate', '--watts', '1', '--hours', '1'], '--intensity'],
      ...['--kwh', '--max-rtt', '--data-gb', '--embodied-kg', '--carbon-price', '--hours'].map(
        (option) => [['regions', '--provider', 'aws'], option] as const,
      ),
      ...['--hours', '--kwh', '--min-grams'].map((option) => [['when', '--location', 'DE'], option] as const),
      ...['--units', '--embodied-kg', '--lifespan-hours', '--share'].map(
        (option) => [['runs', 'report'], option] as const,
      ),
    ];
    const wrong = ['1e308', '-1', 'NaN', '0x10', '1,5', 'Infinity'];
    for (const [index, [args, option]] of cases.entries()) {
      const text = wrong[index % wrong.length] ?? '';
      const { code, stdout, stderr } = await greenMl([...args, option, text]);
      assert.equal(code, 2, `${args.join(' ')} ${option} ${text}: ${stdout}`);
      assert.match(stderr, /is invalid\. Write /);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
    const interval = await greenMl(['run', '--interval', '0x200', '--', 'true']);
    assert.equal(interval.code, 2);
    assert.match(interval.stderr, /Write whole milliseconds from 100 to 60000\./);
  });

  it('prints a number for the largest job that it takes', async () => {
    const { code, stdout } = await greenMl([
      'estimate',
      '--watts',
      String(most.watts),
      '--count',
      String(most.devices),
      '--hours',
      String(most.hours),
      '--intensity',
      String(most.gramsPerKWh),
      '--pue',
      String(most.pue),
      '--units',
      '1e-9',
      '--memory-gb',
      String(most.gigabytes),
      '--embodied-kg',
      String(most.kilograms),
      '--lifespan-hours',
      '1e-9',
    ]);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /Infinity|NaN/);
  });
});
