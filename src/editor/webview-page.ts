import { randomBytes } from 'node:crypto';
import { env, l10n, Uri, type Disposable, type Webview, type WebviewOptions } from 'vscode';
import { html, htmlPage, rawHtml, type Html } from '../present/html';
import { firstMessage } from '../webview/first-message';
import { textsBlock } from '../webview/texts-block';
import { readWorkspaceText } from './workspace-file';
import { fitting, type Shape, type Shaped } from '../system/shapes';

/** A page can run its one script, and loads nothing. */
export const pageOptions: WebviewOptions = { enableScripts: true, enableCommandUris: false, localResourceRoots: [] };

/** The script and the style of a page. */
export interface PageCode {
  readonly script: string;
  readonly style: string;
}

export async function readPageCode(extension: Uri, name: string): Promise<PageCode> {
  const [script, style] = await Promise.all(
    ['js', 'css'].map((ending) => readWorkspaceText(Uri.joinPath(extension, 'dist', 'webview', `${name}.${ending}`))),
  );
  return { script: script ?? '', style: style ?? '' };
}

/** A page in a tab or a view. */
interface Page {
  readonly webview: Webview;
  onDidDispose(listener: () => void): Disposable;
}

/** Whether a page was closed meanwhile. */
export function whetherGone(page: Page): () => boolean {
  let gone = false;
  page.onDidDispose(() => {
    gone = true;
  });
  return () => gone;
}

/**
 * Fills a page as soon as its code is read, unless it was closed meanwhile.
 *
 * @param first as for `pageHtml`
 */
export async function fillPage(
  page: Page,
  code: Promise<PageCode>,
  title: string,
  first: Promise<unknown> = Promise.resolve(null),
): Promise<void> {
  const isGone = whetherGone(page);
  const whole = pageHtml(await code, title, await first);
  if (!isGone()) page.webview.html = whole;
}

/**
 * A page that holds its code, which is faster than to load it: VS Code answers each request of a page through a service worker.
 *
 * @param first a message that the page finds in itself, so that it need not ask for it; null for none
 */
export function pageHtml({ script, style }: PageCode, title: string, first: unknown = null): string {
  const nonce = randomBytes(16).toString('base64');
  return htmlPage({
    title,
    language: pageLanguage(),
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}';`,
    head: html`<style nonce="${nonce}">${rawHtml(style)}</style>`,
    body: html`${first !== null && dataBlock(firstMessage, first)}${textsOfPage()}<script nonce="${nonce}">${rawHtml(script)}</script>`,
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
