"""``browsing("leader")`` is the leader's browser, signed in."""

from tests.desk.conftest import browsing

__all__ = ["browsing"]
