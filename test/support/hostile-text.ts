import fc from 'fast-check';

/** Text as an attacker writes it: sequences for terminals, marks of direction, line ends, and what people write. */
export const hostileText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b[31m', '\u001b]8;;http://x\u0007', '\u001b]52;c;eA==\u0007', '\u009b2J', '\r', '\n', '\t', '\u0000', '\u007f', '\u0085', '\u2028', '\u2029', '\u202e', '\u2066', '\ufeff', '\u200b', '\ufdd0', '\ufdd9', '\ud800', '\u{e0041}'),
    fc.constantFrom('::error::x', '##[command]', '##vso[task]', '##teamcity[x]', '[a](command:x)', '$(zap)', '<b>', '"', "'", '\\', '`', '|', '&', '=cmd', 'é', '👩‍🔬', '日本', ' ', 'a'),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
  maxLength: 12,
});
