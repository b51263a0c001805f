/** How many candidates we propose that a random search draws. */
export function proposedDraws(candidates: number | null): number {
  // With 88 % probability, 20 draws include one of the best tenth (1 - 0.9^20); 10 draws, scikit-learn's default, include one
  // of the best fifth with 89 % (1 - 0.8^10), which is fine enough for a small grid. Of a grid that only a lower threshold
  // makes large, we propose half.
  if (candidates !== null && candidates <= 10) return Math.max(1, Math.ceil(candidates / 2));
  return candidates !== null && candidates <= 40 ? 10 : 20;
}
