import type { PythonModule } from '../../python/module';

/** A question about a module as a whole that is answered once for each module, however many of its findings depend on it. */
export function once<Answer>(answer: (module: PythonModule) => Answer): (module: PythonModule) => Answer {
  const known = new WeakMap<PythonModule, { readonly answer: Answer }>();
  return (module) => {
    let found = known.get(module);
    if (found === undefined) known.set(module, (found = { answer: answer(module) }));
    return found.answer;
  };
}
