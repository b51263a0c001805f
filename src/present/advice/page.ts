import { html, htmlLines, htmlPage, rawHtml, type Html } from '../html';

/** A link that runs a command of VS Code; the panel allows only the commands that it lists. */
export function commandLink(command: string, args: readonly unknown[], text: string): Html {
  return html`<a href="command:${command}?${encodeURIComponent(JSON.stringify(args))}">${text}</a>`;
}

const style = `
body { max-width: 72rem; padding: 0 1.5rem 2rem; line-height: 1.5; color: var(--vscode-foreground); background: var(--vscode-editor-background); }
h1 { font-size: 1.6em; font-weight: 600; margin: 1.2rem 0 .8rem; }
h2 { font-size: 1.15em; font-weight: 600; margin: 2rem 0 .6rem; }
a { text-decoration: underline; text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: .8rem; margin: 0 0 1rem; }
dl > div, .verdict { padding: .7rem 1rem .8rem; border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, transparent)); border-left: 4px solid var(--vscode-charts-green, currentColor); border-radius: 4px; background: var(--vscode-editorWidget-background, transparent); }
dt { color: var(--vscode-descriptionForeground); }
dd { margin: .15em 0 0; font-size: 1.05em; overflow-wrap: anywhere; }
.verdict { font-size: 1.3em; margin: 0 0 1rem; }
.verdict.now { border-left-color: var(--vscode-charts-blue, currentColor); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
caption { text-align: left; padding-bottom: .6em; color: var(--vscode-descriptionForeground); }
th, td { padding: .35em 1.2em .35em 0; text-align: left; white-space: nowrap; }
th:first-child, td:first-child { padding-left: .6em; }
thead th { border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, currentColor)); font-weight: 600; }
tbody th { font-weight: normal; }
tbody tr + tr > * { border-top: 1px solid var(--vscode-editorIndentGuide-background1, transparent); }
tbody tr:hover > * { background: var(--vscode-list-hoverBackground, transparent); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
tr.here th, tr.here td { font-weight: 600; }
.share { width: 6rem; height: 4px; margin: .1em 0 0 auto; }
.share .all { fill: var(--vscode-editorIndentGuide-background1, transparent); }
.share .part { fill: var(--vscode-charts-blue, var(--vscode-foreground)); }
.bar { fill: var(--vscode-charts-blue, var(--vscode-foreground)); opacity: .55; }
.window { fill: var(--vscode-charts-green, var(--vscode-foreground)); stroke: var(--vscode-foreground); stroke-width: 1; }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--vscode-foreground); font: 12px var(--vscode-font-family); }
details { margin: 1rem 0; }
summary { cursor: pointer; }
.source { color: var(--vscode-descriptionForeground); }
@media (max-width: 30rem) { body { padding: 0 .8rem 1.5rem; } .verdict { font-size: 1.1em; } }
`;

/** A whole page without scripts. */
export function page(title: string, body: Html, nonce: string): string {
  return htmlPage({
    title,
    policy: `default-src 'none'; style-src 'nonce-${nonce}'`,
    head: html`<style nonce="${nonce}">${rawHtml(style)}</style>`,
    body: html`<main>
<h1>${title}</h1>
${body}
</main>`,
  });
}

export function paragraphs(texts: readonly string[]): Html {
  return htmlLines(texts.map((text) => html`<p>${text}</p>`));
}

/** A table that scrolls by itself where it is too wide for the page. */
export interface PageTable {
  readonly heading: string;
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly isNumber: boolean }[];
  /** The first cell is the row's name. */
  readonly rows: readonly { readonly cells: readonly (string | Html)[]; readonly isHere: boolean }[];
}

export function pageTable({ heading, caption, columns, rows }: PageTable): Html {
  const number = (column: number): Html | false => columns[column]?.isNumber === true && html` class="number"`;
  const head = columns.map(({ title }, column) => html`<th scope="col"${number(column)}>${title}</th>`);
  const body = rows.map(
    ({ cells: [name = '', ...cells], isHere }) =>
      html`<tr${isHere && html` class="here"`}><th scope="row">${name}</th>${cells.map((cell, index) => html`<td${number(index + 1)}>${cell}</td>`)}</tr>`,
  );
  return html`<h2>${heading}</h2><div class="wide" tabindex="0" role="region" aria-label="${heading}"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${htmlLines(body)}</tbody></table></div>`;
}
