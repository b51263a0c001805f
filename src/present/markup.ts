import { visibleText } from './plain-text';

/** Escapes text from outside (file names, messages) so that it cannot become Markdown or LaTeX syntax. */

export function escapeMarkdown(text: string): string {
  return visibleText(text.replace(/\s+/g, ' ')).replace(/[\\`*_{}[\]()#+!|<>~$]/g, '\\$&');
}

/** Characters that are special in LaTeX or missing from some of its fonts. */
const latexSigns: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  // Some languages of the babel package make it an active character.
  '"': "''",
  '`': '\\textasciigrave{}',
  '–': '--',
  '—': '---',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
  '…': '\\ldots{}',
  '×': '$\\times$',
  '±': '$\\pm$',
  '·': '$\\cdot$',
  '₂': '$_2$',
  '®': '\\textregistered{}',
  '™': '\\texttrademark{}',
  '\u00a0': '~',
};

/** For running text in LaTeX with UTF-8 input. */
export function escapeLatex(text: string): string {
  return (
    visibleText(text.replace(/[ \t\r\n]+/g, ' '))
      // LaTeX would turn two hyphens into a dash, and two single quotes into a double one.
      .replace(/-(?=-)|'(?=')|[\\{}$&#%_^~<>|"`–—‘’“”…×±·₂®™\u00a0]/g, (sign) =>
        sign === '-' || sign === "'" ? `${sign}{}` : (latexSigns[sign] ?? sign),
      )
  );
}
