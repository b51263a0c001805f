import { html, htmlLines, htmlPage, rawHtml, type HtmlValue } from '../html';
import style from './report.css';

/** A report as one file of HTML that loads nothing. */
export function reportPage(title: string, sections: readonly HtmlValue[]): string {
  return htmlPage({
    title,
    policy: "default-src 'none'; style-src 'unsafe-inline'",
    head: html`<meta name="color-scheme" content="light dark">
<style>${rawHtml(style)}</style>`,
    body: html`<main>
${htmlLines(sections)}
</main>`,
  });
}
