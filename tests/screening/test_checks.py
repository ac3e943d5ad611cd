"""Check digits and dates decide, by the vectors of the design; none of them is a real person."""

from datetime import date

import pytest

from villagepub.screening.checks import born_on, is_credit_code, is_old_identity, passes_luhn


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("640104199003071236", date(1990, 3, 7)),
        ("64010420120229001X", date(2012, 2, 29)),
        ("640104196301019993", date(1963, 1, 1)),
        ("640121197506154022", date(1975, 6, 15)),
        ("11010519491231002X", date(1949, 12, 31)),
        ("640104199003071235", None),
        ("640104100202010003", None),
        ("91640104735900739X", None),
        ("916401047300001926", None),
    ],
)
def test_an_identity_number_holds_a_province_a_date_since_1900_and_its_check_digit(
    number: str, born: date | None
) -> None:
    assert born_on(number) == born


def test_nobody_is_born_after_today() -> None:
    assert born_on("64010420120229001X", date(2012, 2, 28)) is None


def test_an_old_number_has_no_check_digit() -> None:
    assert is_old_identity("640104900307123")
    assert not is_old_identity("640104901307123")


@pytest.mark.parametrize("number", ["6228480280000000008", "6217000000000000004", "621700123456789011"])
def test_cards_pass_luhn(number: str) -> None:
    assert passes_luhn(number)
    assert not passes_luhn(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(
    "code", ["N2640104MF12345670", "54640104ME1234563W", "11640104MB01234572", "91640104735971238U"]
)
def test_credit_codes_pass_both_checks(code: str) -> None:
    assert is_credit_code(code)
    assert not is_credit_code(code[:-1] + ("1" if code[-1] != "1" else "2"))
