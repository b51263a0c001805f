/** The address of a server without what may be secret in it: name, password and query. */
export function shownAddress({ origin, pathname }: URL): string {
  return `${origin}${pathname === '/' ? '' : pathname}`;
}
