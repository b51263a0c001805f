/**
 * Skips the running test with a reason, which the report shows behind the title. In a `before` hook, skips all tests of
 * the suite. A skip without a reason counts as a failure.
 */
export function skip(context: Mocha.Context, reason: string): never {
  const { test } = context;
  const withReason = (each: Mocha.Runnable): void => {
    each.title += ` (skipped: ${reason})`;
  };
  const isHook = test?.title.startsWith('"before all" hook') === true;
  if (isHook) test.parent?.eachTest(withReason);
  else if (test !== undefined) withReason(test);
  return context.skip();
}
