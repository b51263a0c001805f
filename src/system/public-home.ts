/**
 * The address of the project's public repository, such as `https://github.com/owner/name`. Null while there is none, so
 * that we never print a dead link.
 */
export const publicHome: string | null = null;
