"""What a screening finds: a hit in the folded text, and the finding told about the stored one."""

from typing import Literal, NamedTuple, get_args

Kind = Literal[
    "id_card",
    "mobile",
    "landline",
    "bank_card",
    "email",
    "plate",
    "passport",
    "address",
    "health",
    "minor",
    "hardship",
    "secret_mark",
    "work_secret",
]
Severity = Literal["block", "warn"]

KINDS: tuple[Kind, ...] = get_args(Kind)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Hit(NamedTuple):
    """A passage of the folded text.

    start, end: code points of the folded text, the end exclusive.
    value: the passage without separators, as masks are cut from it.
    is_classified: a mark of a state secret (密级), which stops the whole upload; other marks only block.
    is_childs: an identity number whose holder is under 18.
    also: other passages that go with it and are no hits of their own: the hardships of a child's case.
    """

    kind: Kind
    start: int
    end: int
    value: str
    is_classified: bool = False
    is_childs: bool = False
    also: tuple[tuple[int, int], ...] = ()


class Finding(NamedTuple):
    """What was found, without its value.

    id: the same as long as the passage and its surroundings stay as they are.
    start, end: Unicode code points of the text as stored, the end exclusive. A span runs from the first
        character of an identifier to its last, separators and tags included, country prefix outside.
    excerpt_masked: enough to recognise the passage, too little to learn it.
    suggestion: what to write instead; None where nothing but taking the text back helps.
    is_classified: a mark of a state secret; the text must not be stored at all.
    also: places of the stored text that are left out together with it, though no findings of their own.
    """

    id: str
    kind: Kind
    severity: Severity
    start: int
    end: int
    excerpt_masked: str
    reason: str
    suggestion: str | None
    is_classified: bool = False
    also: tuple[tuple[int, int], ...] = ()
