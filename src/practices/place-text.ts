import type { CodeLocation } from './facts';

/** "train.py:14", or "explore.ipynb cell 3:2" with the cell counted from 1 as editors show it. */
export function placeText({ path, cell, line }: CodeLocation): string {
  return cell === null ? `${path}:${line}` : `${path} cell ${cell + 1}:${line}`;
}
