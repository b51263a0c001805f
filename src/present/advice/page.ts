import { html, htmlLines, htmlPage, rawHtml, type Html, type HtmlValue } from '../html';
import style from './advice.css';

export function link(uri: string, text: string): Html {
  return html`<a href="${uri}">${text}</a>`;
}

/** A whole page without scripts. */
export function page(title: string, body: Html, nonce: string, language = 'en'): string {
  return htmlPage({
    title,
    language,
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

/** A link that looks like a button, for what a person does next. The first of several is the main one. */
export interface PageAction {
  readonly title: string;
  readonly uri: string;
}

/** The answer of a page in one glance. */
interface Hero {
  /** What to do: "Move to aws:eu-north-1 and save". */
  readonly lead: HtmlValue;
  /** What that is worth: "~5.5 kg CO₂e"; null if there is nothing to show. */
  readonly figure: string | null;
  /** The figure as another quantity: "95 %". */
  readonly besides: string | null;
  /** The range of the figure, and what it is a part of. */
  readonly details: readonly HtmlValue[];
  readonly actions: readonly PageAction[];
  /** Whether there is something to gain. */
  readonly isGain: boolean;
}

export function hero({ lead, figure, besides, details, actions, isGain }: Hero): Html {
  return html`<section class="hero${!isGain && ' now'}"><p class="lead">${lead}</p>${
    figure !== null && html`<p class="figure">${figure}${besides !== null && html` <span>${besides}</span>`}</p>`
  }${details.map((detail) => detail !== null && html`<p class="detail">${detail}</p>`)}${actionBar(actions)}</section>`;
}

function actionBar(actions: readonly PageAction[]): Html | null {
  if (actions.length === 0) return null;
  return html`<p class="actions">${actions.map(
    ({ title, uri }, index) => html`<a class="button${index > 0 && ' other'}" href="${uri}">${title}</a>`,
  )}</p>`;
}

/** A table that scrolls on its own if it is too wide for the page. */
interface PageTable {
  readonly heading: string;
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly isNumber: boolean }[];
  readonly groups: readonly RowGroup[];
}

/** Rows that belong together. */
export interface RowGroup {
  /** What is true of all of them; null if there is nothing to say. */
  readonly title: string | null;
  readonly rows: readonly PageRow[];
}

export interface PageRow {
  /** The first cell is the row's name. */
  readonly cells: readonly (string | Html)[];
  readonly isHere: boolean;
}

/** On a narrow page each cell has its title beside it. The roles say that it is a table then too. */
export function pageTable({ heading, caption, columns, groups }: PageTable): Html {
  const number = (column: number): Html | false => columns[column]?.isNumber === true && html` class="number"`;
  const head = columns.map(
    ({ title }, column) => html`<th scope="col" role="columnheader"${number(column)}>${title}</th>`,
  );
  const cell = (content: string | Html, column: number): Html =>
    html`<td role="cell" data-title="${columns[column]?.title ?? ''}"${number(column)}>${content}</td>`;
  const row = ({ cells: [name = '', ...cells], isHere }: PageRow): Html =>
    html`<tr role="row"${isHere && html` class="here"`}><th scope="row" role="rowheader">${name}</th>${cells.map((content, index) => cell(content, index + 1))}</tr>`;
  const bodies = groups.map(({ title, rows }) =>
    title === null
      ? html`<tbody role="rowgroup">${htmlLines(rows.map(row))}</tbody>`
      : html`<tbody role="rowgroup" class="group"><tr role="row"><th scope="rowgroup" role="rowheader" colspan="${columns.length}">${title}</th></tr>${htmlLines(rows.map(row))}</tbody>`,
  );
  return html`<h2>${heading}</h2><p class="caption">${caption}</p><div class="wide" tabindex="0" role="region" aria-label="${heading}"><table role="table">
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
${htmlLines(bodies)}</table></div>`;
}
