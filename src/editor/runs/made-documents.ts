/** What makes documents of runs: read only when a person asks for one. */
export { reportAsHtml } from '../../present/report/html';
export { reportAsMarkdown } from '../../present/report/markdown';
export { projectReport } from '../../present/report/project-report';
export { emissionsStatement } from '../../present/report/statement';
export { statementFacts } from '../../present/report/statement-facts';
export { comparisonMarkdown, compareRuns } from '../../runs/compare/compare';
export { exportCodeCarbon, exportJson } from '../../runs/export-codecarbon';
export { summarise } from '../../runs/summary';
export { thisMachine } from '../../runs/this-machine';
