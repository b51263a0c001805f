import assert from 'node:assert/strict';
import { endedText, liveText, SteadyWidths } from '../../../src/editor/runs/status-text';
import { tooltipText } from '../../../src/editor/runs/status-tooltip';
import { recordOf } from './support';

describe('the text in the status bar', () => {
  const live = { watts: 41, progress: 'epoch 7/20', marks: [], others: 0 };
  const all = ['power', 'energy', 'emissions', 'progress'] as const;

  it('shows the chosen parts of a run in progress, in the chosen order', () => {
    const record = recordOf({}, 'running');
    const shown = (parts: readonly (typeof all)[number][]): string =>
      liveText({ ...live, record }, parts, new SteadyWidths());
    assert.match(shown(['power', 'energy', 'progress']), /^\$\(zap\) ~41 W · ~[\d.]+ m?Wh · epoch 7\/20$/);
    assert.match(shown(['progress', 'power']), /^\$\(zap\) epoch 7\/20 · ~41 W$/);
    assert.match(shown(all), / · ~[\d.]+ m?g CO₂e · epoch/);
  });

  it('keeps its width while the numbers get shorter, until another run begins', () => {
    const widths = new SteadyWidths();
    const text = (id: string, watts: number): string =>
      liveText({ ...live, record: { ...recordOf({}, 'running'), id }, watts }, ['power'], widths);
    assert.equal(text('a', 120), '$(zap) ~120 W');
    assert.equal(text('a', 41), '$(zap) \u2007~41 W');
    assert.equal(text('b', 41), '$(zap) ~41 W');
    text('b', 1200);
    const later = Array.from({ length: 10 }, () => text('b', 41));
    assert.equal(later.at(-2), '$(zap) \u2007\u2007~41 W');
    assert.equal(later.at(-1), '$(zap) ~41 W');
  });

  it('names budget, plateau, the machine and other runs after the figures', () => {
    const record = { ...recordOf({}, 'running'), scope: 'machine' as const };
    assert.match(
      liveText({ ...live, record, marks: ['82 % of budget', 'plateau'], others: 2 }, ['power'], new SteadyWidths()),
      /W · 82 % of budget · plateau · machine · \+2$/,
    );
  });

  it('shows a result so that it does not look live, with the change where the two runs can be told apart', () => {
    const record = recordOf({}, 'completed');
    const ended = (changes: object, changePercent: number | null = null): string =>
      endedText({ record: { ...record, ...changes }, changePercent });
    assert.match(ended({}), /^\$\(check\) train\.py ~[\d.]+ m?Wh$/);
    assert.match(ended({}, -12.3), /Wh \(−12 %\)$/);
    assert.match(ended({}, 3), /Wh \(\+3 %\)$/);
    assert.match(ended({ exitCode: 1 }), /^\$\(error\) train\.py .* · exit code 1$/);
    assert.match(ended({ exitCode: 247, stoppedBy: 'person' }), /^\$\(debug-stop\) .* · stopped by you$/);
    assert.match(ended({ scope: 'machine' }), / · machine$/);
    assert.match(ended({ scope: 'machine', cluster: {} }), / · cluster$/);
    assert.match(ended({ scope: 'run', cluster: {} }), / · cluster$/);
  });
});

describe('the tooltip of the status bar', () => {
  const facts = { watts: 41, load: 'CPU 63 % of 8 threads', others: 0, links: ['[Details](command:x)'] };

  it('has at most eight lines: now, so far, at the end, parts, how sure, links', () => {
    const record = recordOf({}, 'running');
    const lines = [
      'Progress: 3 of 7 epochs done',
      'At the end of this fit: about 9 Wh',
      'Budget: 30 % of 1 kWh',
      'more',
    ];
    const shown = tooltipText({ ...facts, record, lines }).split('\n\n');
    assert.ok(shown.length <= 8, shown.join('\n'));
    assert.match(shown[0] ?? '', /^\*\*train\.py\*\* · running for /);
    assert.match(shown[1] ?? '', /^Now ~41 W, so far ~[\d.]+ m?Wh \([\d.]+ to [\d.]+ m?Wh\)/);
    assert.equal(shown[2], 'Progress: 3 of 7 epochs done · At the end of this fit: about 9 Wh');
    assert.equal(shown.at(-3), 'Machine: CPU 63 % of 8 threads');
    assert.equal(shown.at(-1), '[Details](command:x)');
    const two = tooltipText({ ...facts, load: null, record, lines: lines.slice(0, 2) }).split('\n\n');
    assert.deepEqual(two.slice(2, 4), lines.slice(0, 2));
    assert.ok(!two.some((line) => line.startsWith('Machine')));
  });

  it('says how a run ended and what it used on average', () => {
    const record = { ...recordOf({}, 'completed'), stoppedBy: 'budget' as const };
    const shown = tooltipText({ ...facts, record, watts: null, lines: [] });
    assert.match(shown, /^\*\*train\.py\*\* · stopped at its budget after /);
    assert.match(shown, /\n\nUsed ~.* on average\n\n/);
  });

  it('lets no name become Markdown', () => {
    const record = { ...recordOf({}, 'running'), name: '[x](command:evil)' };
    assert.doesNotMatch(tooltipText({ ...facts, record, lines: [] }), /\]\(command:evil/);
  });
});
