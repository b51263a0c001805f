import { randomBytes } from 'node:crypto';
import { Uri, type Disposable, type Webview, type WebviewOptions } from 'vscode';
import { html, htmlPage, rawHtml } from '../present/html';
import { firstMessage } from '../webview/first-message';
import { readWorkspaceText } from './workspace-file';
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

/** The script and the style of a page. */
export interface PageCode {
  readonly script: string;
  readonly style: string;
}

export async function readPageCode(extension: Uri, name: string): Promise<PageCode> {
  const [script, style] = await Promise.all(
    ['js', 'css'].map((ending) => readWorkspaceText(Uri.joinPath(folderOf(extension), `${name}.${ending}`))),
  );
  return { script: script ?? '', style: style ?? '' };
}

/**
 * A page that holds its code, which is faster than to load it: VS Code answers each request of a page through a service worker.
 *
 * @param first a message that the page finds in itself, so that it need not ask for it; our own text alone
 */
export function wholePageHtml({ script, style }: PageCode, title: string, first: unknown): string {
  const nonce = randomBytes(16).toString('base64');
  // A block of data is not run. Without "<", its text cannot end it.
  const data = rawHtml(JSON.stringify(first).replaceAll('<', '\\u003c'));
  return htmlPage({
    title,
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}';`,
    head: html`<style nonce="${nonce}">${rawHtml(style)}</style>`,
    body: html`<script type="application/json" id="${firstMessage}">${data}</script><script nonce="${nonce}">${rawHtml(script)}</script>`,
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
