/** A large number as people say it: 16.8 million. */
export function large(number: number): string {
  if (number < 1e6) return number.toLocaleString('en');
  return number < 1e9
    ? `${(number / 1e6).toFixed(number < 1e7 ? 2 : 1)} million`
    : `${(number / 1e9).toFixed(1)} billion`;
}
