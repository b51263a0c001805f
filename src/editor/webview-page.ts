import { randomBytes } from 'node:crypto';
import { Uri, type Disposable, type Webview, type WebviewOptions } from 'vscode';
import { html, htmlPage, rawHtml, type Html } from '../present/html';
import { firstMessage } from '../webview/first-message';
import { fitting, type Shape, type Shaped } from '../system/shapes';

/** The folder of the pages' scripts and styles. Pages cannot load anything else. */
function folderOf(extension: Uri): Uri {
  return Uri.joinPath(extension, 'dist', 'webview');
}

/** A page can run its one script and load its one style sheet, and nothing else. */
export function pageOptions(extension: Uri): WebviewOptions {
  return { enableScripts: true, enableCommandUris: false, localResourceRoots: [folderOf(extension)] };
}

/**
 * The HTML of the page `name`, whose script and style are `dist/webview/<name>.js` and `.css`.
 *
 * @param first a message that the page finds in itself, so that it need not ask for it; our own text alone
 */
export function pageHtml(webview: Webview, extension: Uri, name: string, title: string, first?: unknown): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (ending: string): string =>
    webview.asWebviewUri(Uri.joinPath(folderOf(extension), `${name}.${ending}`)).toString();
  return htmlPage({
    title,
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource};`,
    head: html`<link rel="stylesheet" href="${file('css')}">`,
    body: html`${first !== undefined && dataBlock(first)}<script nonce="${nonce}" src="${file('js')}"></script>`,
  });
}

/** A block of data is not run. Without "<", its text cannot end it. */
function dataBlock(message: unknown): Html {
  return html`<script type="application/json" id="${firstMessage}">${rawHtml(JSON.stringify(message).replaceAll('<', '\\u003c'))}</script>`;
}

/** Listens to the messages of a page; what does not fit is dropped. */
export function onPageMessage<S extends Shape>(
  webview: Webview,
  shape: S,
  listener: (message: Shaped<S>) => void,
): Disposable {
  return webview.onDidReceiveMessage((given: unknown) => {
    const message = fitting(shape, given);
    if (message !== null) listener(message);
  });
}
