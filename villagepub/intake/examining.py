"""The one call: a file in, what it is and what may go out."""

from dataclasses import replace

from villagepub.intake import sandbox
from villagepub.intake.findings import Examined, FileTooLarge
from villagepub.intake.kinds import kind_of
from villagepub.intake.limits import Limits


def examine(name: str, data: bytes, limits: Limits) -> Examined:
    """Open a file as what it is. Nothing of it is kept anywhere.

    Raises FileTooLarge, TypeRefused, FileRefused with a sentence for the uploader, and Unavailable when too many
    files are being opened at the same time.
    """
    if len(data) > limits.size:
        raise FileTooLarge(f"单个附件不能超过 {limits.size >> 20} MB。")
    found = sandbox.open_file(kind_of(name, data), data, limits)
    return replace(found, text=[("文件名", name), *found.text])
