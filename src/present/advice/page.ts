import { html, htmlLines, htmlPage, rawHtml, type Html } from '../html';
import style from './advice.css';

export function link(uri: string, text: string): Html {
  return html`<a href="${uri}">${text}</a>`;
}

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

/** A table that scrolls on its own if it is too wide for the page. */
interface PageTable {
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
