"""How much of anything a file may hold or cost."""

from dataclasses import dataclass

LONGEST_SIDE = 4096  # pixels of a published picture: a page at 300 dpi
THUMBNAIL_SIDE = 320


@dataclass(frozen=True)
class Limits:
    """Bytes, pieces and seconds. The last three are of the process that opens the file."""

    size: int = 20 << 20
    pixels: int = 64_000_000
    entries: int = 2_000
    inflated: int = 100 << 20
    ratio: int = 100  # inflated bytes for one byte of the file
    pages: int = 1_000
    characters: int = 1_000_000
    scans: int = 20  # pages without text that a machine reads
    memory: int = 1 << 30
    cpu_seconds: int = 5
    seconds: int = 20
