import { repository } from '../../package.json';

/** As package.json may give it; empty while there is none. */
type Repository = string | { readonly url: string };

const withoutEnd = (text: string, end: string): string => (text.endsWith(end) ? text.slice(0, -end.length) : text);

/** The address of a repository's page, such as `https://github.com/owner/name`; null if there is none. */
export function homeOf(given: Repository): string | null {
  const url = typeof given === 'string' ? given : given.url;
  const address = withoutEnd(withoutEnd(url.startsWith('git+') ? url.slice('git+'.length) : url, '/'), '.git');
  return address.startsWith('https://') ? address : null;
}

/**
 * The address of the project's public repository, from `repository` in package.json. Null while there is none, so that we
 * never print a dead link.
 */
export const publicHome: string | null = homeOf(repository);

/** The address of a file of the repository, by its path in it; null while there is none. */
export function publicFile(path: string, home: string | null = publicHome): string | null {
  return home === null ? null : `${home}/blob/HEAD/${path}`;
}

/** What else package.json says of the repository, for those who read it there: VS Code, npm and the Marketplace. */
export function linksOf(given: Repository): {
  readonly bugs: { readonly url: string } | undefined;
  readonly homepage: string | undefined;
} {
  const home = homeOf(given);
  return home === null
    ? { bugs: undefined, homepage: undefined }
    : { bugs: { url: `${home}/issues` }, homepage: `${home}#readme` };
}
