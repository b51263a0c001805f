/**
 * Where the project can be found by everybody: the address of its repository, such as `https://github.com/owner/name`.
 * Null while it has no public home, so that nothing we print is a dead link.
 */
export const publicHome: string | null = null;
