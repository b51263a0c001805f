/**
 * The groups of nodes that can all reach each other, and nodes that point to themselves: Tarjan's strongly connected
 * components.
 */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    const own = order.size;
    order.set(node, own);
    lowest.set(node, own);
    path.push(node);
    const next = graph.get(node) ?? [];
    for (const each of next) {
      const reached = order.has(each) ? (path.includes(each) ? order.get(each) : undefined) : visit(each);
      if (reached !== undefined) lowest.set(node, Math.min(lowest.get(node) ?? own, reached));
    }
    const low = lowest.get(node) ?? own;
    if (low === own) {
      const group = path.splice(path.indexOf(node));
      if (group.length > 1 || next.includes(node)) circles.push(group);
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}
