// @ts-check
// What becomes of README and CHANGELOG in the package: VS Code and the Marketplace show them outside the repository.

/** The target of a link or picture that is in the repository. */
const inRepository = /^(?!https?:|mailto:|#)/;

/**
 * With a public repository, links and pictures get their addresses there. Without one, pictures are left out and links
 * become plain text, because VS Code shows neither pictures nor links of the package, and something broken is worse than
 * nothing.
 * @param {string} markdown
 * @param {string | null} home address of the public repository
 */
export function shippedText(markdown, home) {
  return home === null ? withoutPictures(withoutLinks(markdown)) : withAddresses(markdown, home);
}

/**
 * @param {string} markdown
 * @param {string} home
 */
function withAddresses(markdown, home) {
  /** @param {string} path */
  const picture = (path) => (inRepository.test(path) ? `${home}/raw/HEAD/${path}` : path);
  return markdown
    .replace(links, (link, text, path) => (inRepository.test(path) ? `[${text}](${home}/blob/HEAD/${path})` : link))
    .replace(/\b(src|srcset)="([^"]*)"/g, (_, name, path) => `${name}="${picture(path)}"`);
}

/** [text](path), but no picture: those are written as <img>. */
const links = /(?<!!)\[([^\][]*)\]\(([^\s()]*)\)/g;

/** @param {string} markdown */
function withoutLinks(markdown) {
  return markdown.replace(links, (link, text, path) => (inRepository.test(path) ? text : link));
}

/**
 * With the line in small print below a picture, which is about it.
 * @param {string} markdown
 */
function withoutPictures(markdown) {
  return markdown.replace(/<picture>[^]*?<\/picture>\n*(?:<sub>[^\n]*\n*)?/g, '');
}
