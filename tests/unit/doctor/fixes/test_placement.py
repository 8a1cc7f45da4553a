"""Where the source puts a layer into its model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from graphscope.doctor.case import Case
from graphscope.doctor.fixes.layers import insert_after, insert_before, remove
from graphscope.doctor.fixes.placement import placement_of
from graphscope.doctor.records import Creation
from tests.unit.doctor.origins.programs import run, write


@dataclass
class Made:
    """What stands for a layer."""

    name: str = "made"


def case_with(folder: Path, text: str) -> tuple[Case, Made]:
    """Run a program whose `probe(...)` makes the layer."""
    program = write(folder, {"main.py": "from keras import layers\n" + text})
    written = Path(program.main)
    # The import is only read, never run: these tests know no framework.
    source = written.read_text()
    written.write_text(source.replace("from keras import layers", "layers = None"))
    case, sites = run(program)
    written.write_text(source)
    layer = Made()
    case.recording.add_creation(Creation(layer, "Made", (), {}, sites[0]))
    return case, layer


LIST = "def keep(x):\n    return x\nm = keep([\n    1,\n    probe(2),\n    3,\n])\n"
ADD = "class M:\n    def add(self, x):\n        pass\nm = M()\nm.add(probe(2))\n"


@pytest.mark.parametrize(("text", "kind", "line"), [(LIST, "element", 6), (ADD, "added", 6)])
def test_a_layer_is_found_where_it_was_made(
    tmp_path: Path, text: str, kind: str, line: int
) -> None:
    case, layer = case_with(tmp_path, text)
    found = placement_of(case, layer)
    assert found is not None and (found.kind, found.place.line) == (kind, line)


def test_what_is_not_placed_is_not_guessed(tmp_path: Path) -> None:
    case, layer = case_with(tmp_path, "x = probe(2)\n")
    assert placement_of(case, layer) is None
    assert remove(case, layer, title="Remove it") is None


@pytest.mark.parametrize(
    ("text", "before", "after", "removed"),
    [
        (
            LIST,
            "    layers.Flatten(),\n    probe(2),",
            "    probe(2),\n    layers.Flatten(),",
            "    1,\n    3,",
        ),
        (
            ADD,
            "m.add(layers.Flatten())\nm.add(probe(2))",
            "m.add(probe(2))\nm.add(layers.Flatten())",
            "m = M()\n",
        ),
    ],
)
def test_layers_are_put_in_and_taken_out(
    tmp_path: Path, text: str, before: str, after: str, removed: str
) -> None:
    case, layer = case_with(tmp_path, text)
    source = Path(case.program.main).read_text()
    for made, expected in (
        (insert_before(case, layer, "Flatten", title="t"), before),
        (insert_after(case, layer, "Flatten", title="t"), after),
        (remove(case, layer, title="t"), removed),
    ):
        assert made is not None
        changed = made.apply({case.program.main: source})[case.program.main]
        assert expected in changed
        assert ("probe" in changed) is (expected is not removed)
