import pytest

from gitops.render.core import resolve
from gitops.render.scalars import Unrenderable


@pytest.mark.parametrize(
    ("text", "value"),
    [("", None), ("~", None), ("null", None), ("Null", None), ("true", True), ("FALSE", False),
     ("12", 12), ("+12", 12), ("-0", 0), ("0", 0), ("0o17", 15), ("0xfF", 255), ("1.5", 1.5),
     (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1.5E-2", -0.015)],
)  # fmt: skip
def test_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    read = resolve(text)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "nUll",
        "2026-01-31",
        "1:30",
        "1_000",
        "0b11",
        "0X1F",
        "1.2.3",
        "<<",
    ],
)
def test_what_only_yaml_1_1_knows_is_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [("0644", "ambiguous-number", "kubectl reads 0644 as octal, YAML 1.2 as decimal"),
     ("-07", "ambiguous-number", "kubectl reads -07 as octal, YAML 1.2 as decimal"),
     (".inf", "unrenderable-value", ".inf is not a finite number; JSON has no such value"),
     (".NaN", "unrenderable-value", ".NaN is not a finite number; JSON has no such value"),
     ("1e999", "unrenderable-value", "inf is not a finite number; JSON has no such value"),
     ("9223372036854775808", "unrenderable-value",
      "the number needs more than 64 bits; Kubernetes would round it"),
     ("1" * 5000, "unrenderable-value",
      "the number needs more than 64 bits; Kubernetes would round it")],
)  # fmt: skip
def test_numbers_that_no_two_readers_agree_on(text: str, rule: str, message: str) -> None:
    with pytest.raises(Unrenderable) as caught:
        resolve(text)
    assert (caught.value.rule, caught.value.message) == (rule, message)
