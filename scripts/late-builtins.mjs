// Loading these modules of Node costs a short command several milliseconds, and most commands call nothing of them. In the
// built product each of their functions loads its module when it is called.
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
const names = ['child_process', 'crypto', 'fs/promises', 'v8'];
const filter = new RegExp(`^(?:node:)?(?:${names.join('|')})$`);
const namespace = 'late-builtin';

export const lateBuiltinsPlugin = {
  name: 'late-builtins',
  setup(build) {
    build.onResolve({ filter }, ({ path, namespace: from }) =>
      from === namespace ? { path, external: true } : { path: `node:${path.replace(/^node:/, '')}`, namespace },
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: lateFunctions(path), loader: 'js' }));
  },
};

/** Whatever else is imported, such as a class or a constant, makes the build fail: its user is to load it where it is used. */
const lateFunctions = (path) =>
  Object.entries(load(path))
    .filter(([name, value]) => typeof value === 'function' && /^[a-z]\w*$/.test(name))
    .map(([name]) => `export const ${name} = (...values) => require('${path}').${name}(...values);`)
    .join('\n');
