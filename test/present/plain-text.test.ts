import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeHtml } from '../../src/present/html';
import { escapeLatex, escapeMarkdown } from '../../src/present/markup';
import { inLine, labelText, linesOfText, noticeText, shortened, visibleText } from '../../src/present/plain-text';
import { hostileText } from '../support/hostile-text';

const acts = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufdd0-\ufdef]/u;

describe('present/plain-text', () => {
  it('writes out control characters', () => {
    assert.equal(visibleText('a\u001b[31mb\u202ec\u{e0041}\n\td'), 'a\\u001b[31mb\\u202ec\\udb40\\udc41\n\td');
    assert.equal(inLine('a\r\nb\tc'), 'a\\r\\nb\\tc');
    assert.equal(inLine('train 日本 é 👩‍🔬 ‰.py'), 'train 日本 é 👩‍🔬 ‰.py');
    assert.equal(linesOfText(['a\nb', 'c']), 'a\\nb\nc');
  });

  it('leaves no control characters, whatever the text is for', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        assert.doesNotMatch(visibleText(text).replace(/[\n\t]/g, ''), acts);
        for (const medium of [inLine, noticeText, labelText, escapeMarkdown, escapeLatex])
          assert.doesNotMatch(medium(text), acts, medium.name);
        assert.doesNotMatch(escapeHtml(text).replace(/[\n\t]/g, ''), acts);
        assert.doesNotMatch(escapeHtml(text), /[<>"']/);
        assert.doesNotMatch(noticeText(text), /\]\(/);
        assert.doesNotMatch(labelText(text), /(?<!\\)\$\([A-Za-z0-9-]+\)/);
        assert.equal(inLine(inLine(text)), inLine(text), 'a second time changes nothing');
      }),
      { numRuns: 2000 },
    );
  });

  it('does not let a name become a link or an icon', () => {
    assert.equal(
      noticeText('[Click](command:workbench.action.terminal.new).py has used its budget.'),
      '[Click] (command:workbench.action.terminal.new).py has used its budget.',
    );
    assert.equal(
      labelText('$(trash) and $(sync~spin) cost $5 (or $(no icon))'),
      '\\$(trash) and \\$(sync~spin) cost $5 (or $(no icon))',
    );
  });

  it('cuts a long text between two characters, and leaves a short one as it is', () => {
    assert.equal(shortened('abc', 3), 'abc');
    assert.equal(shortened('abcd', 3), 'ab…');
    // An emoji is two units: half of it would be shown as an escape.
    assert.equal(shortened('a😀bc', 3), 'a…');
    assert.equal(shortened('ab cd', 4), 'ab…');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, most) => {
        const shown = shortened(text, most);
        assert.ok(shown.length <= most || text.length <= most);
        assert.ok(!/\p{Surrogate}/u.test(shown) || /\p{Surrogate}/u.test(text));
      }),
    );
  });
});
