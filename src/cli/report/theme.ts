/**
 * Colours as CSS variables, light and dark, shared by the page and by stand-alone pictures.
 * U and twins never share a hue; shape and label repeat the difference for readers without colour.
 */
export const themeCss = `
:root{color-scheme:light dark;--paper:#ffffff;--panel:#f5f6f8;--ink:#1b1f24;--soft:#57606a;--line:#d5d9de;
--suspect:#b93815;--twin:#1f5fbf;--muted:#7a828c;--good:#1a7f4b;--bad:#b3261e;--warn:#8a5a00;--stripe:#f8f9fa}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--panel:#1d2127;--ink:#e7eaee;--soft:#a2abb6;--line:#3a414a;
--suspect:#ff9466;--twin:#7db3ff;--muted:#8e98a4;--good:#5fd39a;--bad:#ff8a80;--warn:#f0bf5c;--stripe:#181c21}}
`;

/** Rules for what is inside an SVG picture. */
export const figureCss = `
svg.figure{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-size:13px}
.figure text{fill:var(--ink)}.figure .soft{fill:var(--soft);font-size:12px}.figure .strong{font-weight:600}
.figure .title{font-size:17px;font-weight:650}.figure .paper{fill:var(--paper)}.figure .stripe{fill:var(--stripe)}
.figure .rule{stroke:var(--line);stroke-width:1}.figure .zero{stroke:var(--ink);stroke-width:1.25}
.figure .delta{stroke:var(--warn);stroke-width:1.5;stroke-dasharray:5 4}.figure text.delta-label{fill:var(--warn);font-size:12px}
.figure .suspect{fill:var(--suspect);stroke:var(--paper);stroke-width:1}.figure .suspect-line{stroke:var(--suspect);stroke-width:2;fill:none}
.figure .thin{stroke-width:1.2}
.figure .twin{fill:none;stroke:var(--twin);stroke-width:1.5}.figure .twin-line{stroke:var(--twin);stroke-width:1;stroke-dasharray:3 2;fill:none;opacity:.75}
.figure .explore{fill:var(--paper);stroke:var(--muted);stroke-width:2}.figure .explore-line{stroke:var(--muted);stroke-width:2;fill:none}
.figure text.badge{font-size:11px;fill:var(--soft)}
`;

/** Rules for the page around the pictures. */
export const pageCss = `
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:1020px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:27px;line-height:1.3;margin:10px 0 14px;text-wrap:pretty;overflow-wrap:anywhere}
h2{font-size:19px;margin:44px 0 8px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:16px;margin:18px 0 4px}p{max-width:76ch;margin:8px 0}.soft{color:var(--soft)}.small{font-size:14px}.kicker{color:var(--soft);margin:0;overflow-wrap:anywhere}
.outcome{display:inline-block;padding:4px 14px;border-radius:999px;border:2px solid currentColor;font-weight:700;letter-spacing:.04em}
.outcome.INCRIMINATED{color:var(--bad)}.outcome.SUGGESTIVE{color:var(--warn)}.outcome.INVALID{color:var(--bad);border-style:dashed}
.outcome.NO-EVIDENCE{color:var(--twin)}.outcome.INCONCLUSIVE{color:var(--soft)}
.badge{display:inline-block;font-size:12px;line-height:1.4;padding:1px 8px;border-radius:999px;border:1px solid var(--line);color:var(--soft);white-space:nowrap}
.badge.primary{color:var(--ink);border-color:var(--ink)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(185px,1fr));gap:12px;margin:18px 0}
.tile{background:var(--panel);border-radius:10px;padding:12px 16px}.tile b{display:block;font-size:22px;line-height:1.3}
figure{margin:14px 0;overflow-x:auto}figure svg{display:block;width:100%;min-width:720px;height:auto}
figcaption{color:var(--soft);font-size:14px;margin-top:6px;max-width:88ch}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:12px}.multiples figure{margin:0}.multiples figure svg{min-width:0;max-width:370px}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px;margin:10px 0}
th{text-align:left;font-weight:600;color:var(--soft);vertical-align:bottom}th,td{padding:7px 10px 7px 0;border-bottom:1px solid var(--line)}
td{vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}
tbody.family tr:not(:last-child) td{border-bottom:0}tbody.family td>div{max-width:none;margin-bottom:5px}.reason{color:var(--ink)}tbody.family td{padding-top:3px;padding-bottom:3px}tbody.family tr:first-child td{padding-top:10px}tbody.family tr:last-child td{padding-bottom:10px;color:var(--soft)}
.ok{color:var(--good);font-weight:600;white-space:nowrap}.fails{color:var(--bad);font-weight:700;white-space:nowrap}
.untrusted{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;background:var(--panel);padding:1px 5px;border-radius:4px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 18px;font-size:14px}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
li{margin:5px 0;max-width:80ch}
@media print{main{max-width:none;padding:0}h2{break-after:avoid}figure,tr{break-inside:avoid}}
`;
