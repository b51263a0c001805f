import { visibleText } from './plain-text';

/**
 * HTML that is known to be safe: from `html`, which escapes all values, or from `rawHtml`. A plain string is never HTML,
 * so that nothing is escaped twice or not at all.
 */
export class Html {
  /** Use `html` or `rawHtml`. */
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** A value in a template. Text and numbers are escaped; null and false are left out. */
export type HtmlValue = Html | string | number | null | false | readonly HtmlValue[];

/** A piece of HTML. Values are escaped, also in quoted attributes, unless they are already HTML. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    literals.map((literal, index) => (index === 0 ? literal : textOf(values[index - 1] ?? null) + literal)).join(''),
  );
}

/** Marks our own text as HTML or CSS that needs no escaping. Never use it for text from outside. */
export function rawHtml(text: string): Html {
  return new Html(text);
}

/** The non-empty pieces, each on its own line. */
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

/** A translated sentence whose {0}, {1}, … are pieces of HTML. */
export function sentence(text: string, values: readonly HtmlValue[]): Html {
  const parts = text.split(/\{(\d)\}/);
  return new Html(parts.map((part, index) => textOf(index % 2 === 0 ? part : (values[Number(part)] ?? null))).join(''));
}

/** Only for `html` and its tests. Pages use the template. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A whole page. */
export function htmlPage({
  title,
  language = 'en',
  policy,
  head,
  body,
}: {
  readonly title: string;
  /** Of the texts, as in "de". */
  readonly language?: string;
  readonly policy: string;
  readonly head: Html;
  readonly body: Html;
}): string {
  // The policy is our own text. Its quotes are not escaped, so that simple tools can read the policy too.
  return html`<!DOCTYPE html>
<html lang="${language}">
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
