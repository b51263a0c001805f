/** Something that takes names which others give. */
interface Dependent<Item> {
  readonly item: Item;
  readonly takes: readonly string[];
  readonly gives: readonly string[];
}

/** Each item behind those that give what it takes, otherwise in the order that they have; a circle is cut where it is entered. */
export function dependencyOrder<Item>(dependents: readonly Dependent<Item>[]): readonly Item[] {
  const givers = new Map<string, number>();
  for (const [index, { gives }] of dependents.entries())
    for (const name of gives) if (!givers.has(name)) givers.set(name, index);
  const ordered: Item[] = [];
  const entered = new Set<number>();
  const path: { readonly index: number; readonly waits: Iterator<string> }[] = [];
  const enter = (index: number | undefined): void => {
    const dependent = index === undefined || entered.has(index) ? undefined : dependents[index];
    if (index === undefined || dependent === undefined) return;
    entered.add(index);
    path.push({ index, waits: dependent.takes[Symbol.iterator]() });
  };
  for (const root of dependents.keys()) {
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.waits.next();
      if (next.done !== true) enter(givers.get(next.value));
      else {
        const done = dependents[top.index];
        if (done !== undefined) ordered.push(done.item);
        path.pop();
      }
    }
  }
  return ordered;
}
