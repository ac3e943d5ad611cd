"""Sealed values: readable by this installation for their purpose alone, found again, and never changed unseen."""

import pytest

from villagepub.core.sealed import SealBroken, Sealer

KEY = "a-secret-key-of-the-tests-that-is-long-enough"
SEALER = Sealer(KEY, "openid")


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    once, again = SEALER.seal("o-样例-1"), SEALER.seal("o-样例-1")
    assert once != again
    assert SEALER.open(once) == SEALER.open(again) == "o-样例-1"
    assert "样例".encode() not in once


def test_a_digest_finds_it_again_under_the_same_key_and_purpose() -> None:
    found = SEALER.digest("o-1")
    assert found == SEALER.digest("o-1")
    assert len(found) <= 80
    others = {SEALER.digest("o-2"), Sealer(KEY, "phone").digest("o-1"), Sealer(KEY + "x", "openid").digest("o-1")}
    assert len(others | {found}) == 4


@pytest.mark.parametrize("other", [Sealer(KEY, "phone"), Sealer(KEY + "x", "openid")])
def test_another_purpose_or_key_opens_nothing(other: Sealer) -> None:
    with pytest.raises(SealBroken):
        other.open(SEALER.seal("o-1"))


def test_a_changed_cut_or_unknown_value_is_refused() -> None:
    sealed = SEALER.seal("o-1")
    changed = [sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :] for n in range(len(sealed))]
    for broken in (*changed, sealed[:-1], sealed[:13], b"\x02" + sealed[1:], b""):
        with pytest.raises(SealBroken):
            SEALER.open(broken)


def test_the_key_is_in_no_representation() -> None:
    assert KEY not in repr(SEALER)
