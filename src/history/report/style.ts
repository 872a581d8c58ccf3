/** The whole style of a report as HTML: for phones and desks, light and dark, screen and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ground: #f3f4f6; --ink: #1d2430; --quiet: #5d6675; --line: #dfe3e8;
  --look: #6b8cae; --change: #2f6fd0; --undo: #a34fc0; --failed: #cf3030; --good: #1e7f45; --warn: #9a6700;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171b22; --ground: #0e1116; --ink: #e3e7ee; --quiet: #98a2b3; --line: #2c333d;
    --look: #7d9cbd; --change: #5b96f0; --undo: #c27ddb; --failed: #f0625f; --good: #4cc27c; --warn: #d9a03a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto,
  "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere;
}
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header, section { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin-bottom: 1rem; }
header { border-left: 6px solid var(--quiet); }
header.good { border-left-color: var(--good); }
header.bad { border-left-color: var(--failed); }
header.back { border-left-color: var(--undo); }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
p { margin: .25rem 0 .5rem; }
a { color: var(--change); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .85em; }
code { background: var(--ground); padding: .1em .3em; border-radius: 4px; }
pre { background: var(--ground); border-radius: 6px; padding: .6rem .75rem; margin: .25rem 0 .5rem; white-space: pre-wrap; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .2rem 1rem; margin: 0 0 .5rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 500; }
tr:last-child td { border-bottom: 0; }
table.timeline td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--quiet); }
ol, ul { margin: .25rem 0 .5rem; padding-left: 1.5rem; }
article { border-top: 1px solid var(--line); padding: .6rem 0 .2rem; }
article:first-of-type { border-top: 0; }
.tag { font-size: .78rem; font-weight: 600; border: 1px solid currentColor; border-radius: 4px; padding: 0 .4em; margin-right: .35em; white-space: nowrap; }
.tag.block { color: var(--failed); }
.tag.warn { color: var(--warn); }
.tag.info { color: var(--quiet); }
.remedy, .original { color: var(--quiet); }
.chart { display: block; margin: .25rem 0 1rem; font-size: 13px; }
.chart text { fill: var(--ink); }
.chart .axis, .chart .took { fill: var(--quiet); font-variant-numeric: tabular-nums; }
.track { fill: var(--ground); }
.wait { fill: var(--line); opacity: .55; }
.bar.look { fill: var(--look); }
.bar.change { fill: var(--change); }
.bar.undo { fill: var(--undo); }
.bar.failed, .bar.down { fill: var(--failed); }
.bar.up { fill: var(--good); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .85rem; color: var(--quiet); margin-bottom: .5rem; }
.legend svg { vertical-align: -1px; margin-right: .35em; }
@media (max-width: 34rem) {
  main { padding: .5rem; }
  header, section { padding: .75rem; border-radius: 8px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dt { font-size: .85rem; margin-top: .4rem; }
  th, td { padding-right: .5rem; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff; --ground: #f3f4f6; --ink: #000000; --quiet: #444444; --line: #cccccc;
    --look: #6b8cae; --change: #2f6fd0; --undo: #a34fc0; --failed: #cf3030; --good: #1e7f45; --warn: #9a6700;
  }
  @page { margin: 15mm; }
  body { background: none; font-size: 10pt; }
  main { max-width: none; padding: 0; }
  header, section { border: 0; border-radius: 0; padding: 0; }
  header { border-left: 4px solid; padding-left: .75rem; }
  h2 { break-after: avoid; }
  tr, article, pre, .legend { break-inside: avoid; }
  svg, pre, code { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
