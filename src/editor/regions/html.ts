import { escapeHtml } from '../../units/markup';

export { escapeHtml };

/** A link that runs a command of VS Code; the panel allows only the commands that it lists. */
export function commandLink(command: string, args: readonly unknown[], text: string): string {
  return `<a href="command:${command}?${encodeURIComponent(JSON.stringify(args))}">${escapeHtml(text)}</a>`;
}

const style = `
body { max-width: 70rem; padding: 0 1.5rem 2rem; line-height: 1.5; color: var(--vscode-foreground); background: var(--vscode-editor-background); }
h1 { font-size: 1.5em; font-weight: 600; }
h2 { font-size: 1.15em; font-weight: 600; margin-top: 1.6em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
caption { text-align: left; padding-bottom: .4em; color: var(--vscode-descriptionForeground); }
th, td { padding: .25em .8em .25em 0; text-align: left; white-space: nowrap; }
thead th { border-bottom: 1px solid var(--vscode-panel-border, currentColor); }
tbody th { font-weight: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
a { text-decoration: underline; }
tr.here th, tr.here td { font-weight: 600; }
dt { float: left; clear: left; min-width: 11rem; color: var(--vscode-descriptionForeground); }
dd { margin: 0 0 .3em 11rem; }
.bar { fill: var(--vscode-charts-blue, var(--vscode-foreground)); opacity: .55; }
.window { fill: var(--vscode-charts-green, var(--vscode-foreground)); stroke: var(--vscode-foreground); stroke-width: 1; }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--vscode-foreground); font: 12px var(--vscode-font-family); }
.verdict { font-size: 1.15em; }
.source { color: var(--vscode-descriptionForeground); }
`;

/** A whole page without scripts. */
export function page(title: string, body: string, nonce: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>`;
}

export function paragraphs(texts: readonly string[]): string {
  return texts.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n');
}
