import { visibleText } from './plain-text';

/** Text from outside (file names, messages) in Markdown and LaTeX: none of it may become their syntax. */

export function escapeMarkdown(text: string): string {
  return visibleText(text.replace(/\s+/g, ' ')).replace(/[\\`*_{}[\]()#+!|<>~$]/g, '\\$&');
}

/** What means something to LaTeX, and signs that not every font of it has. */
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
  // Some languages of babel give it a meaning.
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
      // Of themselves two hyphens would become a dash, and two quotes one.
      .replace(/-(?=-)|'(?=')|[\\{}$&#%_^~<>|"`–—‘’“”…×±·₂®™\u00a0]/g, (sign) =>
        sign === '-' || sign === "'" ? `${sign}{}` : (latexSigns[sign] ?? sign),
      )
  );
}
