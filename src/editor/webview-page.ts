import { randomBytes } from 'node:crypto';
import { Uri, type Webview, type WebviewOptions } from 'vscode';

/** Where the pages' scripts and styles lie in the extension; nothing else may be loaded. */
function folderOf(extension: Uri): Uri {
  return Uri.joinPath(extension, 'dist', 'webview');
}

/** What a page of ours may do: run its one script and load its one style sheet. */
export function pageOptions(extension: Uri): WebviewOptions {
  return { enableScripts: true, enableCommandUris: false, localResourceRoots: [folderOf(extension)] };
}

/** The HTML of the page `name`, whose script and style are `dist/webview/<name>.js` and `.css`. */
export function pageHtml(webview: Webview, extension: Uri, name: string, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (ending: string): string => webview.asWebviewUri(Uri.joinPath(folderOf(extension), `${name}.${ending}`)).toString();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource};">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${file('css')}">
</head>
<body>
<script nonce="${nonce}" src="${file('js')}"></script>
</body>
</html>`;
}
