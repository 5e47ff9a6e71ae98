"""Quantities are read exactly and written as the API server stores them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops.foundation.quantity import BadQuantity, Quantity


@pytest.mark.parametrize(("text", "canonical"), [
    ("0.5", "500m"), ("500m", "500m"), ("1000m", "1"), ("2", "2"), ("1000", "1k"),
    ("1Ti", "1Ti"), ("1024Gi", "1Ti"), ("1.5Gi", "1536Mi"), ("0.5Gi", "512Mi"), ("512", "512"),
    ("1e3", "1k"), ("12E6", "12M"), ("1E", "1E"), ("100k", "100k"), ("1n", "1n"), ("0", "0"),
    ("0Gi", "0"), (".5", "500m"), ("1.", "1"), ("+1", "1"), ("1000Ki", "1000Ki"), ("-2", "-2"),
    ("0.5Ki", "512"), ("123456789Ki", "123456789Ki"), ("0.7777Ki", "796364800u"), ("9E9", "9G"),
])
def test_canonical_form_is_the_api_servers(text: str, canonical: str) -> None:
    assert str(Quantity.parse(text)) == canonical


@pytest.mark.parametrize("text", ["", "GB", "1GB", "1 Gi", "1gi", "0x10", "1e", "1Mi1", "--1",
                                  "0.0000000001", "10Ei", "10E", "1,5", "½", "١"])
def test_what_is_no_quantity_or_would_be_rounded_is_refused(text: str) -> None:
    with pytest.raises(BadQuantity):
        Quantity.parse(text)


@given(st.integers(-(2**62), 2**62), st.booleans())
def test_reading_the_canonical_form_gives_the_same_amount(number: int, binary: bool) -> None:
    amount = Quantity(number, binary=True) if binary else Quantity.nanos(number)
    assert Quantity.parse(str(amount)).value == amount.value


@given(st.integers(0, 10**6), st.sampled_from(["", "k", "M", "Ki", "Mi", "Gi", "m"]))
def test_the_value_is_exact(number: int, suffix: str) -> None:
    factor = {"": 1, "k": 1000, "M": 10**6, "m": Fraction(1, 1000), "Ki": 1024, "Mi": 1024**2,
              "Gi": 1024**3}[suffix]
    assert Quantity.parse(f"{number}{suffix}").value == number * factor


@pytest.mark.parametrize("text", [
    "9" * 5000, "9" * 5000 + "m", "0." + "9" * 5000, "1e" + "9" * 5000])
def test_an_amount_of_thousands_of_digits_is_none(text: str) -> None:
    with pytest.raises(BadQuantity, match="is not a quantity"):
        Quantity.parse(text)
