/**
 * Skips the running test with a reason, which the report shows. In a `before` hook, skips all tests of the suite. A skip
 * without a reason counts as a failure.
 */
export function skip(context: Mocha.Context, reason: string): never {
  const { test } = context;
  const isHook = test?.title.startsWith('"before all" hook') === true;
  Object.assign((isHook ? test.parent : test) ?? {}, { skipReason: reason });
  return context.skip();
}
