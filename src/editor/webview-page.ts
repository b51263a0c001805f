import { randomBytes } from 'node:crypto';
import { Uri, type Disposable, type Webview, type WebviewOptions } from 'vscode';
import { html, htmlPage } from '../present/html';
import { fitting, type Shape, type Shaped } from '../system/shapes';

/** The folder of the pages' scripts and styles. Pages cannot load anything else. */
function folderOf(extension: Uri): Uri {
  return Uri.joinPath(extension, 'dist', 'webview');
}

/** A page can run its one script and load its one style sheet, and nothing else. */
export function pageOptions(extension: Uri): WebviewOptions {
  return { enableScripts: true, enableCommandUris: false, localResourceRoots: [folderOf(extension)] };
}

/** The HTML of the page `name`, whose script and style are `dist/webview/<name>.js` and `.css`. */
export function pageHtml(webview: Webview, extension: Uri, name: string, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (ending: string): string =>
    webview.asWebviewUri(Uri.joinPath(folderOf(extension), `${name}.${ending}`)).toString();
  return htmlPage({
    title,
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource};`,
    head: html`<link rel="stylesheet" href="${file('css')}">`,
    body: html`<script nonce="${nonce}" src="${file('js')}"></script>`,
  });
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
