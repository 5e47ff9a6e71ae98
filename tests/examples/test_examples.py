"""Every case of the corpus says, or renders, exactly what its file says.

``pytest tests/examples --update-goldens`` writes the files anew; read the difference.
"""

from __future__ import annotations

import pytest

from tests.examples.cases import Case, cases, findings, golden, rendered


@pytest.mark.parametrize("case", cases("invalid"), ids=lambda case: case.path.stem)
def test_an_invalid_estate_is_told_exactly(case: Case, update_goldens: bool) -> None:
    if update_goldens:
        case.rewrite(golden(case))
        return
    said = findings(case)
    assert said == case.sections.get("findings")
    assert said, "an invalid case must have findings"


@pytest.mark.parametrize("case", cases("valid"), ids=lambda case: case.path.stem)
def test_a_valid_estate_is_rendered_exactly(case: Case, update_goldens: bool) -> None:
    if update_goldens:
        case.rewrite(golden(case))
        return
    expected = case.expected("rendered/")
    made = rendered(case)
    assert {path: made.get(path) for path in expected} == expected
    assert expected, "a valid case must show what is rendered"


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(cases("invalid")) >= 80
    assert len(cases("valid")) >= 30
