"""Money is a decimal string on the wire and exact in both databases."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from sqlalchemy.dialects import postgresql, sqlite

from tests.clients import Client
from villagepub.core.db import Amount
from villagepub.core.fields import Money

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)
DIALECTS = (sqlite.dialect(), postgresql.dialect())


@pytest.mark.parametrize(
    ("written", "read"),
    [("0", "0"), ("12.5", "12.5"), ("12.50", "12.5"), ("100", "100"), ("0.01", "0.01"), ("999999999999.99",) * 2],
)
def test_amounts_are_read_and_written_back(written: str, read: str) -> None:
    field = Money()
    assert field._serialize(field.deserialize(written), None, None) == read


@pytest.mark.parametrize(
    "value",
    [0, 12.5, True, Decimal(1), "", " 1", "1 ", "-1", "+1", "1e3", "01", ".5", "1.", "1.234", "１", "1,000", "NaN"],
)
def test_whatever_else_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Money().deserialize(value)
    assert "例如 12.5" in str(refused.value.messages)


def test_it_is_described_as_a_string(anybody: Client) -> None:
    schemas = anybody.get("/api/v1/openapi.json").json["components"]["schemas"]
    amount = schemas["AdministrativeActBody"]["properties"]["amount"]
    assert set(amount["type"]) == {"string", "null"}
    assert "{1,6}" in amount["pattern"]


@given(AMOUNTS)
def test_storing_loses_nothing(amount: Decimal) -> None:
    for dialect in DIALECTS:
        stored = Amount(2).process_bind_param(amount, dialect)
        assert type(stored) is int
        assert Amount(2).process_result_value(stored, dialect) == amount


def test_what_is_too_fine_to_store_is_never_rounded() -> None:
    with pytest.raises(ValueError, match="smallest unit"):
        Amount(2).process_bind_param(Decimal("0.001"), DIALECTS[0])
