"""How the page of the contracts looks: light and dark, on a wide screen and on a phone."""

from __future__ import annotations

STYLE = """
:root{--paper:#fdfcfa;--ink:#22262b;--soft:#5d6670;--line:#ddd9d2;--shade:#f3f0ea;--link:#0b5394;
--out:#1d5c3f;--out-shade:#dcefe4;--in:#7a3b00;--in-shade:#fae6d1}
@media(prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e4e6e8;--soft:#9aa4ae;--line:#31373e;
--shade:#1e2329;--link:#85bdf2;--out:#8fd9b3;--out-shade:#1b3a2b;--in:#f3bd84;--in-shade:#432c15}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;
display:grid;grid-template-columns:17rem minmax(0,1fr)}
a{color:var(--link);text-underline-offset:.15em}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;
font-size:.875em}
code{overflow-wrap:anywhere}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;padding:1.25rem 1rem;
border-right:1px solid var(--line);font-size:.9rem}
nav .mark{font-weight:700;font-size:1.1rem;margin:0 0 .75rem}
nav ul{list-style:none;margin:0;padding:0}
nav li{margin:.3rem 0}
nav details ul{padding-left:.9rem;border-left:1px solid var(--line);margin:.3rem 0 .6rem .25rem}
nav summary{cursor:pointer;font-weight:600}
nav a{text-decoration:none}
nav a:hover,nav a:focus{text-decoration:underline}
main{padding:2rem clamp(1rem,4vw,3.5rem) 5rem;max-width:68rem;width:100%}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.5rem;margin:3.5rem 0 .75rem;padding-top:1rem;border-top:3px solid var(--ink)}
h3{font-size:1.15rem;margin:2.25rem 0 .5rem}
h4{font-size:1.05rem;margin:0}
h5{font-size:1rem;margin:.75rem 0 .25rem}
p{margin:.4rem 0;max-width:46rem}
.lead{font-size:1.1rem;color:var(--soft)}
.note,small{color:var(--soft)}
.note{font-size:.9rem}
article{border:1px solid var(--line);border-radius:.5rem;padding:1rem 1.1rem;margin:1rem 0}
article:target{border-color:var(--link);box-shadow:0 0 0 2px var(--link)}
tr:target{background:var(--shade)}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .7rem .4rem 0;
border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{font-weight:600;color:var(--soft);font-size:.82rem}
tbody th{font-weight:400;width:24%}
tbody th code{font-weight:600}
.fields .what{width:34%}
.tag{font-size:.75rem;font-weight:700;letter-spacing:.03em;padding:.1rem .5rem;border-radius:1rem}
.out{color:var(--out);background:var(--out-shade)}
.in{color:var(--in);background:var(--in-shade)}
em.out,em.in{font-style:normal;padding:.05rem .35rem;border-radius:.25rem}
.rules{background:var(--shade);border-radius:.4rem;padding:.5rem .8rem;margin:.6rem 0;
font-size:.92rem}
.rules ul{margin:.2rem 0;padding-left:1.2rem}
details.example{margin-top:.6rem}
details.example summary{cursor:pointer;color:var(--link)}
pre{background:var(--shade);border-radius:.4rem;padding:.8rem;overflow-x:auto;margin:.3rem 0;
line-height:1.4}
.build{border:1px solid var(--line);border-radius:.5rem;padding:.4rem .9rem;margin:1rem 0}
.build div{display:grid;grid-template-columns:6rem minmax(0,1fr);padding:.35rem 0}
.build>div+div,.build .value div{border-top:1px solid var(--line)}
.build .value div{grid-template-columns:5rem minmax(0,1fr);margin-top:.35rem}
@media(max-width:52rem){
body{display:block}
nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}
main{padding-top:1.25rem}
h1{font-size:1.6rem}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr,tbody th,td{display:block;width:auto!important}
tr{border-bottom:1px solid var(--line);padding:.5rem 0}
tbody tr:last-child{border-bottom:0}
th,td{border:0!important;padding:.08rem 0}
td[data-is]::before{content:attr(data-is);color:var(--soft)}
.what{color:var(--soft)}
.build div,.build .value div{grid-template-columns:4.5rem minmax(0,1fr)}
}
@media print{nav{display:none}body{display:block}details.example{display:none}}
"""
