import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expositionText, type MetricFamily } from '../../src/present/exposition';
import { visibleText } from '../../src/present/plain-text';
import { hostileText } from '../support/hostile-text';

const families: readonly MetricFamily[] = [
  { name: 'a_run', type: 'info', unit: null, help: 'What.', samples: [{ labels: { run: 'r' }, value: 1 }] },
  {
    name: 'a_energy_joules',
    type: 'counter',
    unit: 'joules',
    help: 'Energy.',
    samples: [
      { labels: { part: 'cpu' }, value: 1.5 },
      { labels: { part: 'gpu' }, value: 2e-9 },
    ],
  },
  { name: 'a_power_watts', type: 'gauge', unit: 'watts', help: 'Power.', samples: [{ labels: {}, value: 7 }] },
  { name: 'a_unknown_grams', type: 'counter', unit: 'grams', help: 'None.', samples: [] },
];

/** The value of the label, read by the rules of both formats. */
function read(text: string): string {
  const value = /^a_run_info\{run="((?:[^"\\\n]|\\[\\"n])*)"\} 1$/m.exec(text)?.[1];
  assert.ok(value !== undefined, text);
  return value.replace(/\\(.)/g, (_all, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

const withName = (run: string): MetricFamily[] => [
  { name: 'a_run', type: 'info', unit: null, help: 'What.', samples: [{ labels: { run }, value: 1 }] },
];

describe('present/exposition', () => {
  it('writes OpenMetrics, with units and an end', () => {
    assert.equal(
      expositionText(families, 'openmetrics'),
      `# HELP a_run What.
# TYPE a_run info
a_run_info{run="r"} 1
# HELP a_energy_joules Energy.
# TYPE a_energy_joules counter
# UNIT a_energy_joules joules
a_energy_joules_total{part="cpu"} 1.5
a_energy_joules_total{part="gpu"} 2e-9
# HELP a_power_watts Power.
# TYPE a_power_watts gauge
# UNIT a_power_watts watts
a_power_watts 7
# EOF
`,
    );
    assert.equal(expositionText([], 'openmetrics'), '# EOF\n');
  });

  it("writes Prometheus' own format, which names counters in full and knows no information", () => {
    assert.equal(
      expositionText(families, 'prometheus'),
      `# HELP a_run_info What.
# TYPE a_run_info gauge
a_run_info{run="r"} 1
# HELP a_energy_joules_total Energy.
# TYPE a_energy_joules_total counter
a_energy_joules_total{part="cpu"} 1.5
a_energy_joules_total{part="gpu"} 2e-9
# HELP a_power_watts Power.
# TYPE a_power_watts gauge
a_power_watts 7
`,
    );
    assert.equal(expositionText([], 'prometheus'), '');
  });

  it('escapes any text in a label, so that it stays in its quotes and is read as it was', () => {
    const texts = fc.oneof(
      hostileText,
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', 'n', '}', ' ', '#'), maxLength: 40 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(Array.from(text).length <= 128);
        for (const format of ['openmetrics', 'prometheus'] as const) {
          const written = expositionText(withName(text), format);
          assert.equal(written.split('\n').length, format === 'openmetrics' ? 5 : 4);
          assert.equal(read(written), visibleText(text));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('cuts long texts between characters', () => {
    assert.equal(read(expositionText(withName('x'.repeat(128)), 'openmetrics')), 'x'.repeat(128));
    assert.equal(read(expositionText(withName('x'.repeat(1e6)), 'openmetrics')), `${'x'.repeat(127)}…`);
    // Two units each.
    assert.equal(read(expositionText(withName('🌱'.repeat(64)), 'openmetrics')), '🌱'.repeat(64));
    assert.equal(read(expositionText(withName('🌱'.repeat(65)), 'openmetrics')), `${'🌱'.repeat(63)}…`);
  });
});
