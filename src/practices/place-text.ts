import type { CodeLocation } from './facts';
import { english, type Translate } from '../present/l10n';

/** "train.py:14", or "explore.ipynb cell 3:2" with the cell counted from 1 as editors show it. */
export function placeText({ path, cell, line }: CodeLocation, t: Translate = english): string {
  return cell === null ? `${path}:${line}` : t('{0} cell {1}:{2}', path, cell + 1, line);
}
