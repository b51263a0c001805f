import { randomBytes } from 'node:crypto';
import { env, l10n, Uri, type Disposable, type Webview, type WebviewOptions } from 'vscode';
import { html, htmlPage, rawHtml, type Html } from '../present/html';
import { firstMessage } from '../webview/first-message';
import { textsBlock } from '../webview/texts-block';
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
    language: pageLanguage(),
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource};`,
    head: html`<link rel="stylesheet" href="${file('css')}">`,
    body: html`${textsOfPage()}<script nonce="${nonce}" src="${file('js')}"></script>`,
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
  return htmlPage({
    title,
    language: pageLanguage(),
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}';`,
    head: html`<style nonce="${nonce}">${rawHtml(style)}</style>`,
    body: html`${dataBlock(firstMessage, first)}${textsOfPage()}<script nonce="${nonce}">${rawHtml(script)}</script>`,
  });
}

/** Data that the page finds in itself. A block of data is not run. Without "<", its text cannot end it. */
function dataBlock(id: string, data: unknown): Html {
  const text = rawHtml(JSON.stringify(data).replaceAll('<', '\\u003c'));
  return html`<script type="application/json" id="${id}">${text}</script>`;
}

/** English where we have no texts of the person's language. */
export const pageLanguage = (): string => (l10n.bundle === undefined ? 'en' : env.language);

/** The texts of the person's language, from our own l10n folder; nothing in English. */
function textsOfPage(): Html | null {
  return l10n.bundle === undefined ? null : dataBlock(textsBlock, l10n.bundle);
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
