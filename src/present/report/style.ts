/**
 * The look of the report, light and dark. The four colours of the parts are told apart by people who see fewer colours
 * (Okabe and Ito) and stand out from both backgrounds by 3 : 1; texts by 4.5 : 1.
 */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1c2321; --quiet: #55615c; --line: #d5dcd8; --panel: #f3f6f4;
  --cpu: #0072b2; --memory: #b5770a; --gpu: #009068; --rest: #a8578a; --power: #0072b2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #161a19; --text: #e4eae7; --quiet: #a3b0aa; --line: #39423e; --panel: #1f2523;
    --cpu: #56b4e9; --memory: #e69f00; --gpu: #2fc79a; --rest: #d999bf; --power: #56b4e9;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
.quiet { color: var(--quiet); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; }
.figures > div { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; }
dt { color: var(--quiet); font-size: .9rem; }
dd { margin: 0; }
dd strong { display: block; overflow-wrap: anywhere; font-size: 1.4rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
dd span { font-size: .85rem; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--quiet); }
svg text.value { fill: var(--text); font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); stroke-width: 1; }
.limit { stroke: var(--text); stroke-width: 1.5; opacity: .75; }
rect.cpu { fill: var(--cpu); } rect.memory { fill: var(--memory); } rect.gpu { fill: var(--gpu); } rect.rest { fill: var(--rest); }
.power { fill: var(--power); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .5rem 0 0; padding: 0; font-size: .9rem; }
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .45em; border-radius: 2px; }
.swatch.cpu { background: var(--cpu); } .swatch.memory { background: var(--memory); } .swatch.gpu { background: var(--gpu); } .swatch.rest { background: var(--rest); }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--quiet); }
.wide { overflow-x: auto; margin-top: .5rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { padding: .35rem .9rem .35rem 0; text-align: left; vertical-align: top; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; }
tbody th { font-weight: normal; white-space: normal; overflow-wrap: anywhere; min-width: 7.5rem; max-width: 20rem; }
@media (max-width: 40rem) { table { font-size: .82rem; } tbody th { min-width: 6rem; max-width: 7rem; } th, td { padding-right: .6rem; } }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number:last-child, th.number:last-child { padding-right: 0; }
pre { white-space: pre-wrap; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; font-size: .85rem; }
:focus-visible { outline: 2px solid var(--cpu); outline-offset: 2px; }
@media print { :root { --page: #fff; --text: #000; } main { max-width: none; } details > * { display: block; } }
`;
