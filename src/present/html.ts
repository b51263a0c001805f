import { visibleText } from './plain-text';

/**
 * HTML that is known to be safe: made by `html`, which escapes all that is put into it, or by `rawHtml`. A plain string
 * is never HTML, so that nothing is escaped twice or not at all.
 */
export class Html {
  /** Use `html` or `rawHtml`. */
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What may be put into a template: text and numbers are escaped; null and false are left out. */
export type HtmlValue = Html | string | number | null | false | readonly HtmlValue[];

/** A piece of HTML. Values in it are escaped, in quoted attributes too; those that are HTML already stay as they are. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    literals.map((literal, index) => (index === 0 ? literal : textOf(values[index - 1] ?? null) + literal)).join(''),
  );
}

/** Text that is HTML or CSS already and comes from ourselves, never from outside. */
export function rawHtml(text: string): Html {
  return new Html(text);
}

/** The pieces that are not empty, each on a line of its own. */
export function htmlLines(pieces: readonly HtmlValue[]): Html {
  return new Html(
    pieces
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n'),
  );
}

function textOf(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (value instanceof Html) return value.toString();
  return typeof value === 'object' ? value.map(textOf).join('') : escapeHtml(String(value));
}

/** For `html` and its tests only; pages are written with the template. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A whole page. */
export function htmlPage({
  title,
  policy,
  head,
  body,
}: {
  readonly title: string;
  readonly policy: string;
  readonly head: Html;
  readonly body: Html;
}): string {
  // The policy's quotes are ours, and must be read as they are by every tool that looks at the page.
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${rawHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`.toString();
}
