import type { Node as ParserNode } from 'web-tree-sitter';

/** An error with more parts than this has no structure, and each look at it reads all of them. */
export const mostLooseParts = 3000;
/** Deeper code is written by programs only, and each look at a node walks all the way down. */
const mostLevels = 1500;
/** Code in which so many levels hold many nodes is looked at by places. */
const mostLevelsAsked = 100;
/** The structure of a text is checked in at most so many places, at least so many nodes apart. */
const mostProbes = 1024;
const closestProbes = 32;

/** What is read of the nodes of a tree that the parser's library made. */
interface ProbedNode extends Pick<ParserNode, 'hasError' | 'descendantCount' | 'childCount' | 'walk'> {
  readonly children: readonly ProbedNode[];
}

/**
 * True if finding a place in the tree costs so much that all steps together would take minutes: an expression of thousands
 * of levels, or thousands of pieces that belong to nothing.
 */
export function isTangled(root: ProbedNode): boolean {
  if (!mayBeTangled(root, 0)) return false;
  const cursor = root.walk();
  try {
    const hasErrors = root.hasError;
    const distance = Math.max(closestProbes, Math.ceil(root.descendantCount / mostProbes));
    for (let probe = 0; probe < root.descendantCount; probe += distance) {
      cursor.gotoDescendant(probe);
      if (cursor.currentDepth > mostLevels) return true;
      if (!hasErrors) continue;
      do {
        if (cursor.nodeType === 'ERROR' && cursor.currentNode.childCount > mostLooseParts) return true;
      } while (cursor.gotoParent());
    }
    return false;
  } finally {
    cursor.delete();
  }
}

/** False only if there are so few nodes in each part of a node that none can be tangled. */
function mayBeTangled(node: ProbedNode, depth: number): boolean {
  if (depth + node.descendantCount <= mostLevels) return false;
  if (depth > mostLevelsAsked || node.childCount > mostLooseParts) return true;
  return node.children.some((child) => mayBeTangled(child, depth + 1));
}
