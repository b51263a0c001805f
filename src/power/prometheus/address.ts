/** The address of a server; null if the text is none that can be asked. */
export function serverAddress(text: string): URL | null {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  return url === null || !['http:', 'https:'].includes(url.protocol) ? null : url;
}

/** The address of a server without what may be secret in it: name, password and query. */
export function shownAddress({ origin, pathname }: URL): string {
  return `${origin}${pathname === '/' ? '' : pathname}`;
}
