import assert from 'node:assert/strict';
import { escapeHtml } from '../../src/present/html';
import { escapeLatex, escapeMarkdown } from '../../src/present/markup';

describe('present/markup', () => {
  it('does not let text from outside become Markdown', () => {
    assert.equal(
      escapeMarkdown('a|b [x](command:y) `z` <b>\n# h'),
      'a\\|b \\[x\\]\\(command:y\\) \\`z\\` \\<b\\> \\# h',
    );
  });

  it('does not let text from outside become HTML', () => {
    assert.equal(escapeHtml('<a href="x">\'&'), '&#60;a href=&#34;x&#34;&#62;&#39;&#38;');
  });

  it('does not let text from outside become LaTeX', () => {
    assert.equal(
      escapeLatex('100 % of $a_b^c$ & {x} #1 ~ \\input{y}'),
      '100 \\% of \\$a\\_b\\textasciicircum{}c\\$ \\& \\{x\\} \\#1 \\textasciitilde{} \\textbackslash{}input\\{y\\}',
    );
    assert.equal(
      escapeLatex('<a> | "q" `s`'),
      "\\textless{}a\\textgreater{} \\textbar{} ''q'' \\textasciigrave{}s\\textasciigrave{}",
    );
    assert.equal(
      escapeLatex("--json '' 0.5–1 × CO₂ Core™"),
      "-{}-json '{}' 0.5--1 $\\times$ CO$_2$ Core\\texttrademark{}",
    );
    assert.equal(escapeLatex('a\n\nb\tc'), 'a b c', 'an empty line would end the paragraph');
  });
});
