import { posix } from 'node:path';

const testFolder = /(?:^|\/)(?:tests?|testing)\//i;

/**
 * Waste in a test is rarely anybody's bill.
 * @param root the folder of the project, within which the names of folders count; empty if it is not known
 */
export function isTest(path: string, root: string): boolean {
  const name = posix.basename(path).replace(/\.\w+$/, '');
  if (name.startsWith('test_') || name.endsWith('_test') || name === 'conftest') return true;
  return root !== '' && path.startsWith(`${root}/`) && testFolder.test(path.slice(root.length + 1));
}
