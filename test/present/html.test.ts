import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { escapeHtml, html, htmlLines, rawHtml } from '../../src/present/html';

describe('present/html', () => {
  it('escapes all values, and nothing twice', () => {
    const inner = html`<b>${'<i>&'}</b>`;
    assert.equal(
      html`<p title="${'"x"'}">${inner}</p>`.toString(),
      '<p title="&#34;x&#34;"><b>&#60;i&#62;&#38;</b></p>',
    );
    assert.equal(html`${['<', html`<br>`, 3]}`.toString(), '&#60;<br>3');
    assert.equal(html`${rawHtml('<hr>')}`.toString(), '<hr>');
  });

  it('leaves out missing values, but not 0', () => {
    assert.equal(html`a${null}b${false}c${0}d${''}e`.toString(), 'abc0de');
    assert.equal(htmlLines([html`a`, null, '', [], false, 'b']).toString(), 'a\nb');
  });

  it('does not let any text change the markup around it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.doesNotMatch(escapeHtml(text), /[<>"']/);
        assert.equal(html`${text}`.toString(), escapeHtml(text));
      }),
    );
  });
});

/** The start or end of an element. */
const markup = /<\/?[a-z][a-z0-9]{0,9}(?:[\s>/]|$)/;

/** Where text looks like HTML but is not. */
const allowed: Readonly<Record<string, string>> = {
  'src/python/': 'names of places in Python programs, such as <module>',
  'src/lint/': 'places in Python programs, and examples',
  'src/cli/': 'what a command takes, such as --provider <name>',
  'src/present/markup.ts': 'none of it is HTML',
};

describe('HTML', () => {
  /** The literals of a file that contain markup and are not in the template `html`. */
  function unescaped(name: string, text: string): string[] {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'html') {
        // The literals of the template are fine; only its values must be checked.
        if (ts.isTemplateExpression(node.template)) {
          for (const { expression } of node.template.templateSpans) visit(expression);
        }
        return;
      }
      if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
        if (markup.test(node.text)) found.push(node.text);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
    return found;
  }

  it('is made only by the template', async () => {
    const files = (await readdir('src', { recursive: true }))
      .map((file) => join('src', file).replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !Object.keys(allowed).some((start) => file.startsWith(start)));
    const found: string[] = [];
    for (const file of files) {
      const text = await readFile(file, 'utf8');
      if (!markup.test(text)) continue;
      for (const literal of unescaped(file, text)) found.push(`${file}: ${literal.slice(0, 60)}`);
    }
    assert.deepEqual(found, []);
  });

  it('is reported if it is put together by hand', () => {
    assert.deepEqual(unescaped('x.ts', "const a = '<p>' + name + '</p>'; const b = html`<p>${name}</p>`;"), [
      '<p>',
      '</p>',
    ]);
    assert.deepEqual(unescaped('x.ts', 'const a = `<td class="x">${name}</td>`;'), ['<td class="x">', '</td>']);
    assert.deepEqual(unescaped('x.ts', "const a = html`<ul>${rows.map((row) => '<li>' + row)}</ul>`;"), ['<li>']);
  });

  it('is used unescaped only if it is our own', async () => {
    const files = (await readdir('src', { recursive: true })).filter((file) => file.endsWith('.ts'));
    const raw: string[] = [];
    const escaping: string[] = [];
    const set: string[] = [];
    for (const file of files) {
      const text = await readFile(join('src', file), 'utf8');
      const name = file.replaceAll('\\', '/');
      if (/\brawHtml\(/.test(text)) raw.push(name);
      if (/\bescapeHtml\(/.test(text)) escaping.push(name);
      if (/\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b/.test(text)) set.push(name);
    }
    assert.deepEqual(raw.sort(), [
      'editor/webview-page.ts',
      'present/advice/page.ts',
      'present/html.ts',
      'present/report/page.ts',
    ]);
    assert.deepEqual(escaping, ['present/html.ts']);
    assert.deepEqual(set, [], 'HTML that is set as text in a page');
  });
});
