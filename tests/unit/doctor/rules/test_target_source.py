"""One-hot encodings, settings and names of outputs, found in source."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.doctor.case import Case
from graphscope.doctor.facts.output_names import Group, odd_name
from graphscope.doctor.fixes.constants import settings_with
from graphscope.doctor.fixes.encodings import encoding_in
from graphscope.doctor.records import Recording
from graphscope.doctor.source import Program, SourceFile


@pytest.mark.parametrize(
    ("source", "name", "labels", "count"),
    [
        ("to_categorical(y)", "to_categorical", "y", None),
        ("keras.utils.to_categorical(y - 1, num_classes=n)", "to_categorical", "y - 1", "n"),
        ("tf.one_hot(label, 4)", "one_hot", "label", "4"),
        ("np.eye(n)[y]", "eye", "y", "n"),
        ("np.eye(3)[y].astype('float32')", "eye", "y", "3"),
    ],
)
def test_encodings_are_recognised(source: str, name: str, labels: str, count: str | None) -> None:
    file = SourceFile("/p/a.py", source)
    found = encoding_in(file, file.tree)
    assert found is not None
    assert found.name == name
    assert file.segment(found.labels) == labels
    assert (file.segment(found.count) if found.count is not None else None) == count


def test_other_subscripts_are_no_encodings() -> None:
    file = SourceFile("/p/a.py", "rows = table[y]; z = np.zeros(3)[y]")
    assert encoding_in(file, file.tree) is None


def test_settings_are_found_where_programs_write_them(tmp_path: Path) -> None:
    main = tmp_path / "train.py"
    main.write_text(
        "STRIDE, GRID = 8, 4\n"
        "IMAGE = (8, 8, 3)\n"
        "class Config:\n    side: int = 8\n"
        "options = {'cells': 8}\n"
        "parser.add_argument('--stride', type=int, default=8)\n"
        "def helper():\n    local = 8\n"
    )
    case = Case(Program(main), Recording())
    found = settings_with(case, 8, ("stride",))
    assert {each.name for each in found} == {"STRIDE", "IMAGE", "side", "cells", "--stride"}
    assert {each.name for each in found[:2]} == {"STRIDE", "--stride"}
    image = next(each for each in found if each.name == "IMAGE")
    fix = image.changed(16, purpose=", as the model", likelihood=0.5)
    assert fix is not None
    assert fix.edits[0].replace_with == "IMAGE = (16, 16, 3)"


def test_the_group_against_the_majority_is_the_odd_one() -> None:
    outputs = Group("outputs", ("age", "mood"))
    loss, targets = Group("loss", ("age", "feeling")), Group("targets", ("age", "feeling"))
    odd = odd_name([outputs, loss, targets])
    assert odd is not None
    assert (odd.group.purpose, odd.name, odd.wanted) == ("outputs", "mood", "feeling")
    assert [group.purpose for group in odd.others] == ["loss", "targets"]


def test_one_group_against_the_outputs_is_the_odd_one() -> None:
    groups = [
        Group("outputs", ("age", "mood")),
        Group("loss", ("age", "moood")),
        Group("targets", ("age", "mood")),
    ]
    odd = odd_name(groups)
    assert odd is not None
    assert (odd.group.purpose, odd.name, odd.wanted) == ("loss", "moood", "mood")


def test_groups_that_agree_have_no_odd_name() -> None:
    names = ("age", "mood")
    assert odd_name([Group("outputs", names), Group("loss", names)]) is None
