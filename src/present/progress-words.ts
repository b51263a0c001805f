/** "5 of 16 practices done, 1 contradicted by the evidence": for reports and for the page, which has only the counts. */
export function progressWords({
  done,
  applicable,
  contradicted,
}: {
  readonly done: number;
  readonly applicable: number;
  readonly contradicted: number;
}): string {
  const remark = contradicted === 0 ? '' : `, ${contradicted} contradicted by the evidence`;
  return `${done} of ${applicable} practices done${remark}`;
}
