"""Bytes on their way out of an open file or connection."""

from collections.abc import Callable, Iterator


class Pieces(Iterator[bytes]):
    """Whatever ``read`` gives, until it gives nothing. Then, when it fails, and also when whoever reads lets go of
    this before its end or before its beginning, ``close`` is called.
    """

    def __init__(self, read: Callable[[], bytes], close: Callable[[], None]) -> None:
        self._read = read
        self._close = close

    def __next__(self) -> bytes:
        try:
            piece = self._read()
        except BaseException:
            self.close()
            raise
        if piece:
            return piece
        self.close()
        raise StopIteration

    def close(self) -> None:
        self._close()

    def __del__(self) -> None:
        self.close()
