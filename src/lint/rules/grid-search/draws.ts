/** How many candidates a random search is proposed to draw. */
export function proposedDraws(candidates: number | null): number {
  // 20 draws have one of the best tenth among them with 88 % probability (1 - 0.9^20); 10 draws, scikit-learn's own
  // default, have one of the best fifth with 89 % (1 - 0.8^10), and that is as fine as a small grid is.
  // Of a grid that somebody calls large at less than that, a half.
  if (candidates !== null && candidates <= 10) return Math.max(1, Math.ceil(candidates / 2));
  return candidates !== null && candidates <= 40 ? 10 : 20;
}
