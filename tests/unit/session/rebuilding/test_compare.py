from __future__ import annotations

from graphscope.session.rebuilding.compare import compare


def test_equal_weights() -> None:
    found = compare({"/a": (2, 3), "/b": ()}, {"/b": (), "/a": (2, 3)})
    assert (found.equal, found.differing, found.is_gross) == (2, 0, False)
    assert found.describe() == ""


def test_one_weight_of_many_may_differ() -> None:
    stored = {f"/{number}": (number,) for number in range(30)}
    found = compare(stored, stored | {"/new": (4,)})
    assert not found.is_gross
    assert found.describe() == "'/new' is not in the file"


def test_other_shapes_are_another_model() -> None:
    stored = {f"/{number}": (2, 2) for number in range(8)}
    found = compare(stored, dict.fromkeys(stored, (2, 4)))
    assert found.is_gross
    assert found.describe().startswith("'/0' is 2×2 in the file and 2×4 rebuilt; ")
    assert found.describe().endswith("; 5 more")


def test_no_common_place_is_another_model() -> None:
    assert compare({"/a": (1,)}, {"/b": (1,)}).is_gross


def test_what_differs_is_told_briefly_whatever_the_names_are() -> None:
    stored = {f"/{'x' * 5_000}{number}": (1,) for number in range(9)}
    assert len(compare(stored, {}).describe()) < 500
