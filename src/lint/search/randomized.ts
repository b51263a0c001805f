import type { Call, PythonModule } from '../../python/module';
import type { BoundArguments } from '../../python/signatures';
import { field, isField } from '../../python/syntax';
import type { Node } from '../../python/parser';
import type { Edit, Fix } from '../rule';

/** How many candidates a random search is proposed to draw. */
export function proposedDraws(candidates: number | null): number {
  // 20 draws have one of the best tenth among them with 88 % probability (1 - 0.9^20); 10 draws, scikit-learn's own
  // default, have one of the best fifth with 89 % (1 - 0.8^10), and that is as fine as a small grid is.
  return candidates !== null && candidates <= 40 ? 10 : 20;
}

/** Rewrites `GridSearchCV(…)` into a search that draws candidates at random. */
export function randomizedFixes(module: PythonModule, call: Call, args: BoundArguments, candidates: number | null): readonly Fix[] {
  const draws = proposedDraws(candidates);
  const renamed = renamedCallee(module, call, 'RandomizedSearchCV');
  const halving = renamedCallee(module, call, 'HalvingRandomSearchCV');
  const grid = args.get('param_grid');
  if (renamed === null || halving === null || !grid?.node) return [];
  const keyword = grid.keyword === null ? null : field(grid.keyword, 'name');
  const distributions = keyword === null ? [] : [replace(keyword, 'param_distributions')];
  const experimental = enableHalving(module);
  return [
    {
      title: `Draw ${draws} candidates with RandomizedSearchCV`,
      safe: false,
      edits: inOrder([...renamed, ...distributions, insertAfter(grid.keyword ?? grid.node, `, n_iter=${draws}`)]),
    },
    {
      title: 'Drop weak candidates early with HalvingRandomSearchCV',
      safe: false,
      edits: inOrder([...halving, ...distributions, ...experimental]),
    },
  ];
}

const replace = (node: Node, text: string): Edit => ({ start: node.startIndex, end: node.endIndex, text });
const insertAfter = (node: Node, text: string): Edit => ({ start: node.endIndex, end: node.endIndex, text });
const inOrder = (edits: readonly Edit[]): readonly Edit[] => [...edits].sort((a, b) => a.start - b.start);

/** Gives the call another class of the same module, and imports that; null if it is not plain how. */
function renamedCallee(module: PythonModule, call: Call, name: string): readonly Edit[] | null {
  if (call.callee.type === 'attribute') {
    const last = field(call.callee, 'attribute');
    return last === null ? null : [replace(last, name)];
  }
  const old = call.callee.text;
  const edits = [replace(call.callee, name)];
  if (module.identifiers(name).some(isImported)) return edits;
  const uses = module.identifiers(old);
  const imported = uses.find(isImported) ?? null;
  const clause = imported?.parent ?? null;
  if (clause === null) {
    // From `import *`, which brings the other class as well, except the experimental one.
    return name === 'RandomizedSearchCV' ? edits : null;
  }
  const others = uses.filter((node) => node.id !== call.callee.id && node.id !== imported?.id);
  const change = others.length === 0 ? replace(clause, name) : insertAfter(clause, `, ${name}`);
  return [change, ...edits];
}

/** True if the name stands in the list of a `from … import`, as itself or as an alias. */
function isImported(node: Node): boolean {
  const clause = node.parent;
  const statement = clause?.type === 'dotted_name' || clause?.type === 'aliased_import' ? clause.parent : null;
  return statement?.type === 'import_from_statement' && clause !== null && !isField(statement, 'module_name', clause);
}

/** Halving searches exist only after an import that says so. */
function enableHalving(module: PythonModule): readonly Edit[] {
  if (module.identifiers('enable_halving_search_cv').length > 0) return [];
  const [first] = module.identifiers('sklearn');
  let statement = first ?? null;
  while (statement !== null && !statement.type.startsWith('import_')) statement = statement.parent;
  if (statement === null) return [];
  const indentation = ' '.repeat(statement.startPosition.column);
  const text = `from sklearn.experimental import enable_halving_search_cv  # noqa: F401\n${indentation}`;
  return [{ start: statement.startIndex, end: statement.startIndex, text }];
}
