/** How the page of a comparison looks: in light and in dark, on a narrow window and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2024; --soft: #60646c; --line: #e0e1e6; --shade: #f6f7f9;
  --same: #18794e; --same-shade: #e6f6eb; --differs: #8a4b00; --differs-shade: #fff3d6;
  --breaks: #b3261e; --breaks-shade: #feebec;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --ink: #eceef0; --soft: #a0a6ad; --line: #2f3338; --shade: #1d2024;
    --same: #6fd39b; --same-shade: #14301f; --differs: #f5c266; --differs-shade: #3a2a0b;
    --breaks: #ff9a92; --breaks-shade: #431a1a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 76rem; padding: 2.5rem 2rem 3rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3 { line-height: 1.2; text-wrap: balance; margin: 0; }
h1 { font-size: 2rem; letter-spacing: -0.02em; margin: 0.35rem 0 0.6rem; }
h2 { font-size: 1.3rem; letter-spacing: -0.01em; margin: 3rem 0 0.9rem; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 0.5rem; }
p { margin: 0 0 0.6rem; max-width: 46rem; }
.kicker, .soft, footer { color: var(--soft); }
.kicker { font-size: 0.9rem; margin: 0; max-width: none; }
.lead { font-size: 1.1rem; margin: 0; padding: 0; list-style: none; }
.lead li { padding: 0.1rem 0 0.1rem 1.5rem; text-indent: -1.5rem; }
.lead li::before { content: "="; display: inline-block; width: 1.5rem; text-indent: 0; font-weight: 700; color: var(--same); }
.lead li.differs::before { content: "\\2260"; color: var(--differs); }
.lead li.look::before { content: "!"; color: var(--differs); }
.lead li.breaks::before { content: "\\2260"; color: var(--breaks); }
code, .mono { font-family: var(--mono); font-size: 0.86em; }

.stages { display: flex; flex-wrap: wrap; align-items: stretch; gap: 0.6rem; margin: 1.8rem 0 0; padding: 0; list-style: none; }
.stages li { display: flex; flex: 1 1 0; align-items: center; gap: 0.6rem; min-width: 13.5rem; }
.stages li:first-child { min-width: 11rem; flex-grow: 0.85; }
.stage { flex: 1; align-self: stretch; border: 1px solid var(--line); border-radius: 10px; padding: 0.8rem 1rem; background: var(--shade); }
.stage strong { display: block; font-size: 1.1rem; }
.stage span { display: block; font-size: 0.85rem; color: var(--soft); }
.arrow { font-size: 1.3rem; color: var(--soft); }
.arrow.same { color: var(--same); } .arrow.differs { color: var(--differs); } .arrow.breaks { color: var(--breaks); }

.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.9rem; border-top: 1px solid var(--line); min-width: 8.5rem; }
thead th { width: 16rem; overflow-wrap: normal; border-top: 0; background: var(--shade); color: var(--soft); font-weight: 600; }
tbody th { font-weight: 500; width: 13rem; position: sticky; left: 0; background: var(--paper); }
thead th:first-child { position: sticky; left: 0; }
tr.group th { position: static; background: var(--paper); color: var(--soft); font-size: 0.8rem; font-weight: 600; padding-top: 1rem; }
tr.quiet td, tr.quiet th { color: var(--soft); }
td.odd { background: var(--differs-shade); }
tr.differs th { font-weight: 700; box-shadow: inset 3px 0 0 var(--differs); }
td.trouble { color: var(--differs); font-weight: 600; }
thead th span { font-weight: 400; }
td small, .badge { overflow-wrap: break-word; }
td small { display: block; font-size: 0.82rem; color: var(--soft); }
td small.look { color: var(--differs); font-weight: 600; }
.badge { display: inline-block; border-radius: 6px; padding: 0.05rem 0.6rem; margin: 0 0.25rem 0.1rem 0; font-size: 0.82rem; font-weight: 600; }
.badge.same { color: var(--same); background: var(--same-shade); }
.badge.differs { color: var(--differs); background: var(--differs-shade); }
.badge.none { color: var(--soft); background: var(--shade); }
.badge.breaks { color: var(--breaks); background: var(--breaks-shade); }

.operations { margin: 0.9rem 0 0; }
.operations h4 { margin: 0 0 0.25rem; font-size: 0.9rem; }
.operations ul { margin: 0; padding: 0; list-style: none; columns: 26rem auto; column-gap: 2.5rem; }
.operations li { padding: 0.12rem 0 0.12rem 1.4rem; text-indent: -1.4rem; break-inside: avoid; font-size: 0.92rem; }
.operations li::before { display: inline-block; width: 1.4rem; text-indent: 0; font-family: var(--mono); font-weight: 700; content: "~"; }
.operations .breaking h4, .operations .breaking li::before { color: var(--breaks); }
.operations .unclear h4, .operations .unclear li::before { color: var(--differs); }
.operations .compatible h4, .operations .compatible li::before { color: var(--same); }
.operations li.added::before { content: "+"; }
.operations li.removed::before { content: "\\2212"; }
.operations > div + div { margin-top: 0.8rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 0.85rem; }
footer p { max-width: none; }

@media (max-width: 44rem) {
  body { padding: 1.5rem 1rem 2rem; }
  h1 { font-size: 1.55rem; }
  .stages { flex-direction: column; }
  .stages li, .stages li:first-child { flex-direction: column; align-items: stretch; min-width: 0; }
  .arrow { align-self: center; line-height: 1; transform: rotate(90deg); }
  tbody th { width: auto; min-width: 7.5rem; }
}
@media print {
  :root { --paper: #ffffff; --ink: #000000; --soft: #555555; --line: #cccccc; --shade: #f4f4f4;
    --same: #18794e; --same-shade: #e6f6eb; --differs: #8a4b00; --differs-shade: #fff3d6;
    --breaks: #b3261e; --breaks-shade: #feebec; }
  @page { size: A4 landscape; margin: 13mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .wide { overflow: visible; }
  .stages li, .stages li:first-child, th, td { min-width: 0; }
  table { font-size: 8.5pt; }
  tbody th, thead th:first-child { position: static; }
  h2, h3, h4 { break-after: avoid; }
  tr, .stages { break-inside: avoid; }
}
`;
