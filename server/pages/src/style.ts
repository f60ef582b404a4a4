/** The pages' one style sheet: ink blue, calm, light and dark by the reader's choice, readable from 320 px up. */
import { createHash } from 'node:crypto';

export const STYLE = `
:root {
  --page: #f5f7fb; --card: #ffffff; --ink: #14213d; --soft: #55617a; --line: #d9e0ec; --deep: #1d3461; --link: #1f4b99;
  --tint: #e9eef8; --track: #e4eaf4; --step1: #c3d2ec; --step2: #8ea9d8; --step3: #4f74b8; --step4: #1d3f80;
  --amber-ink: #7a4b00; --amber: #fff3d9; --amber-line: #ecc987; --seen-ink: #14532d; --seen: #e5f4ea; --seen-line: #a9d5b8;
  --shadow: 0 1px 2px rgb(20 33 61 / .06), 0 4px 16px rgb(20 33 61 / .05);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1424; --card: #151f35; --ink: #e7ecf7; --soft: #9fadc7; --line: #2a3854; --deep: #0a1222; --link: #9cc0ff;
    --tint: #1d2a46; --track: #22304d; --step1: #33507f; --step2: #4c73b3; --step3: #79a1e0; --step4: #b9d2fb;
    --amber-ink: #f6cf86; --amber: #33270f; --amber-line: #6b5220; --seen-ink: #a8e0bd; --seen: #12301f; --seen-line: #2a6042;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Public Sans", "Liberation Sans", sans-serif; min-height: 100vh; display: flex; flex-direction: column; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid #f2b84b; outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.inner, main { width: 100%; max-width: 1080px; margin: 0 auto; padding: 0 24px; }
.training { margin: 0; padding: 8px 20px; font-weight: 700; text-align: center; color: #3d2b00; background: repeating-linear-gradient(135deg, #ffe9b0 0 18px, #ffdf8a 18px 36px); border: solid #3d2b00; border-width: 2px 0; print-color-adjust: exact; }
.top { background: var(--deep); color: #fff; border-bottom: 1px solid var(--line); }
.top .inner { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 32px; padding-top: 14px; padding-bottom: 14px; }
.office { color: #fff; text-decoration: none; font-weight: 650; font-size: 1.1rem; letter-spacing: .005em; margin-right: auto; }
.office span { font-weight: 400; opacity: .75; margin-left: .5em; }
nav { display: flex; gap: 4px; margin-left: -10px; }
nav a { color: #dbe5f8; text-decoration: none; padding: 6px 10px; border-radius: 6px; }
nav a:hover { background: rgb(255 255 255 / .1); } nav a[aria-current] { color: #fff; background: rgb(255 255 255 / .16); }
main { flex: 1; padding-top: 32px; padding-bottom: 56px; }
footer { border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; padding: 20px 0 28px; }
footer p { margin: 4px 0; }
h1 { font-size: clamp(1.6rem, 1.2rem + 1.6vw, 2.15rem); line-height: 1.2; margin: 0 0 8px; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0 0 12px; }
h3 { font-size: 1rem; margin: 0 0 4px; }
small { font-weight: 400; font-size: .85em; color: var(--soft); margin-left: .3em; }
.lead { color: var(--soft); font-size: 1.06rem; margin: 0 0 24px; max-width: 62ch; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 22px 24px; margin: 0 0 20px; box-shadow: var(--shadow); }
.card > :last-child { margin-bottom: 0; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; justify-content: space-between; }
.note { color: var(--soft); font-size: .9rem; }
.stamp { border: 1px solid; border-radius: 10px; padding: 12px 16px; margin: 0 0 24px; display: flex; flex-wrap: wrap; gap: 2px 20px; align-items: baseline; }
.stamp strong { font-weight: 650; } .stamp span { opacity: .9; }
.stamp.seen { background: var(--seen); color: var(--seen-ink); border-color: var(--seen-line); }
.stamp.unseen { background: var(--amber); color: var(--amber-ink); border-color: var(--amber-line); }
.tag { display: inline-block; font-size: .8rem; line-height: 1.4; padding: 1px 9px; border-radius: 999px; background: var(--tint); color: var(--ink); border: 1px solid var(--line); vertical-align: .08em; white-space: nowrap; }
.tag.amber { background: var(--amber); color: var(--amber-ink); border-color: var(--amber-line); }
.bar { display: block; width: 100%; height: 12px; border-radius: 6px; overflow: hidden; background: var(--track); }
.bar.thin { height: 8px; border-radius: 4px; min-width: 110px; }
.s0 { fill: var(--track); } .s1 { fill: var(--step1); } .s2 { fill: var(--step2); } .s3 { fill: var(--step3); } .s4 { fill: var(--step4); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 12px 0 0; padding: 0; list-style: none; font-size: .9rem; color: var(--soft); }
.legend svg { width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 14px 20px; margin: 0 0 18px; }
.figures div { border-left: 4px solid var(--track); padding-left: 12px; }
.figures .k1 { border-color: var(--step1); } .figures .k2 { border-color: var(--step2); } .figures .k3 { border-color: var(--step3); } .figures .k4 { border-color: var(--step4); }
.figures dt { color: var(--soft); font-size: .875rem; } .figures dd { margin: 0; font-weight: 650; font-size: 1.08rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem; vertical-align: bottom; }
th, td { padding: 9px 16px 9px 0; border-bottom: 1px solid var(--line); }
td { vertical-align: top; } td .bar { display: inline-block; vertical-align: middle; } .card > .apart, .facts + pre, .facts + h3, .facts + table { margin-top: 20px; } .tags { display: inline-flex; flex-wrap: wrap; gap: 6px; vertical-align: middle; } tr:last-child td { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.sub { display: block; color: var(--soft); font-size: .85rem; }
.list { list-style: none; margin: 0; padding: 0; }
.list li { padding: 11px 0; border-bottom: 1px solid var(--line); display: grid; grid-template-columns: 1fr auto; gap: 0 20px; }
.two .list li { grid-template-columns: 1fr; }
form.stack input, form.stack textarea { display: block; width: 100%; max-width: 36rem; font: inherit; padding: 8px 10px; margin-top: 4px; border: 1px solid var(--soft); border-radius: 6px; background: var(--page); color: var(--ink); }
.list li:last-child { border-bottom: 0; padding-bottom: 0; } .list li:first-child { padding-top: 0; }
.list .when { color: var(--soft); font-size: .9rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: minmax(130px, max-content) 1fr; gap: 7px 24px; margin: 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.chips { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 8px; }
.chips a { display: inline-block; padding: 4px 12px; border: 1px solid var(--line); border-radius: 8px; text-decoration: none; background: var(--page); } .chips a:hover { text-decoration: underline; }
.event + .event { border-top: 1px solid var(--line); margin-top: 16px; padding-top: 16px; }
.life { list-style: none; margin: 0; padding: 0 0 0 22px; border-left: 2px solid var(--step1); }
.life li { position: relative; padding: 0 0 20px; } .life li:last-child { padding-bottom: 0; }
.life li::before { content: ""; position: absolute; left: -29px; top: 7px; width: 12px; height: 12px; border-radius: 50%; background: var(--step4); border: 2px solid var(--card); }
.actions { display: flex; flex-wrap: wrap; gap: 10px; margin: 0 0 16px; }
.button { display: inline-block; background: var(--deep); color: #fff; text-decoration: none; padding: 9px 16px; border-radius: 8px; font-weight: 600; border: 1px solid transparent; }
.button.quiet { background: transparent; color: var(--link); border-color: var(--line); }
@media (prefers-color-scheme: dark) { .button { background: #2c4d8a; } }
pre { background: var(--tint); border-radius: 8px; padding: 12px 14px; margin: 0 0 14px; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.5 ui-monospace, "Liberation Mono", monospace; }
code { font: .9em ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }
details + *, * + details { margin-top: 16px; } summary { cursor: pointer; color: var(--soft); font-weight: 600; }
details > :nth-child(2) { margin-top: 12px; }
form.find { display: flex; gap: 8px; margin: 0 0 20px; max-width: 560px; }
input[type=search] { flex: 1; min-width: 0; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: 8px; padding: 8px 12px; }
button { font: inherit; font-weight: 600; color: #fff; background: #1d3461; border: 0; border-radius: 8px; padding: 8px 18px; cursor: pointer; }
@media (prefers-color-scheme: dark) { button { background: #2c4d8a; } }
.years { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 18px; }
.years a { padding: 4px 14px; border-radius: 999px; border: 1px solid var(--line); text-decoration: none; background: var(--card); }
.years a[aria-current] { background: #1d3461; color: #fff; border-color: #1d3461; }
.pager { display: flex; justify-content: space-between; margin-top: 16px; }
.two { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 20px; align-items: start; }
@media (max-width: 820px) { .two { grid-template-columns: minmax(0, 1fr); gap: 0; } }
@media (max-width: 640px) {
  .inner, main { padding-left: 16px; padding-right: 16px; } .card { padding: 18px 16px; } main { padding-top: 24px; }
  .list li { grid-template-columns: 1fr; } .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: 10px; }
  .figures { grid-template-columns: 1fr 1fr; } .figures dd { font-size: 1rem; }
  table.stack thead { position: absolute; left: -999px; }
  table.stack, table.stack tbody, table.stack tr, table.stack td { display: block; }
  table.stack tr { padding: 12px 0; border-bottom: 1px solid var(--line); } table.stack tr:last-child { border-bottom: 0; }
  table.stack td { border: 0; padding: 2px 0; text-align: left; }
  table.stack td[data-label] { display: flex; justify-content: space-between; gap: 16px; } table.stack td[data-label]::before { content: attr(data-label); color: var(--soft); }
  table.stack td.wide { padding-top: 6px; }
}
@media print { .top, footer, .actions, form.find { display: none; } .card { box-shadow: none; break-inside: avoid; } }
`;

/** The address changes with the text, so that browsers may keep it for ever. */
export const STYLE_PATH = `/pages-${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.css`;
