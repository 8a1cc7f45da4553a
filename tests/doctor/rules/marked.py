"""Programs with one fault each, whose line is marked in the source: `# HERE`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from graphscope.doctor.findings import Diagnosis
from tests.doctor.rules.conftest import MAIN, cures, run_case

MARK = "# HERE"
PREAMBLE = """\
import numpy as np
import tensorflow as tf
import keras
from keras import layers, ops
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """A program, the rule that explains it, and what must be said.

    Attributes:
        name: of the test.
        rule: the id of the rule.
        source: the program; `## FILE` lines begin further files; `# HERE` marks the line to edit.
        words: parts of the message or the evidence.
        layer: the layer it is about; "" when it does not matter.
        is_cured: whether the first fix makes the program run.
        edit: part of what the first fix writes.
    """

    name: str
    rule: str
    source: str
    words: tuple[str, ...] = ()
    layer: str = ""
    is_cured: bool = True
    edit: str = ""

    @property
    def files(self) -> dict[str, str]:
        """The texts of the files by name."""
        main, *rest = re.split(r"^## (\S+)\n", self.source, flags=re.MULTILINE)
        texts = dict(zip(rest[::2], rest[1::2], strict=True))
        return {MAIN: PREAMBLE + main, **texts}


def check(fault: Fault) -> None:
    """Run a program and hold the first diagnosis against what is expected."""
    found = run_case(fault.files)
    assert found, "nothing was found"
    first = found[0]
    assert first.rule == fault.rule, first.message
    assert _line_of(fault, first), first.places
    told = "\n".join([first.message, *(fact.text for fact in first.evidence)])
    for each in fault.words:
        assert each in told, told
    assert len(first.message.splitlines()) <= 12
    if fault.layer:
        # Keras numbers the names of the layers of all programs that one process runs.
        assert re.sub(r"_\d+$", "", first.layer or "") == fault.layer
    if fault.edit:
        written = [edit.replace_with or "" for fix in first.fixes[:1] for edit in fix.edits]
        assert any(fault.edit in text for text in written), written
    if fault.is_cured:
        assert first.fixes
        assert cures(fault.files, first.fixes[0]), first.fixes[0].title


def _line_of(fault: Fault, diagnosis: Diagnosis) -> bool:
    place = diagnosis.places[0]
    lines = fault.files[Path(place.file).name].splitlines()
    return MARK in lines[place.line - 1]
