"""The shape given to an input is that of the whole table: its first entry counts the samples."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_common import wrong_parts
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.layer_input import InputShape, needed_ranks
from graphscope.doctor.facts.sample_count import counts_samples
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.shape_edits import elements_of, tuple_text
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, shape

ID = "samples-in-input-shape"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the declared shape of one sample with that of all data."""
    for part in wrong_parts(case):
        given = part.declared.source(case) if part.declared is not None else None
        if given is not None and counts_samples(part):
            yield _tell(case, part, given)
            return


def _first_layer(part: Part) -> object:
    for layer in getattr(part.handover.model, "layers", ()):
        if type(layer).__name__ != "InputLayer":
            return layer
    return None


def _tell(case: Case, part: Part, given: InputShape) -> Diagnosis:
    layer = _first_layer(part)
    ranks = needed_ranks(layer) if layer is not None else None
    wants = ranks[0] if ranks is not None else len(given.shape)
    samples, columns = given.shape[0], given.shape[1:]
    fixes = tuple(_fixes(case, given, wants))
    own = part.handover
    sample = (*columns, 1) if wants > len(columns) + 1 else columns
    axis = (
        f"{label(layer)} needs rank {wants}, (batch, timesteps, features): give each sample an "
        f"axis more, {shape((*columns, 1))} for {columns[0]} steps of one feature, or "
        f"{shape((1, *columns))} for one step with data of {shape((samples, 1, *columns))}."
        if wants > len(columns) + 1
        else f"Declare the shape of one sample, {shape(columns)}."
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"{given.parameter}={shape(given.shape)}{at(case, given.place)} is the shape of the whole "
        f"data: {samples} is the number of samples, not a size of one sample; the model expects "
        f"{shape((None, *given.shape))}.\n"
        f"{part.text}{at(case, own.place)} are {samples} samples of {shape(columns)}; a batch of "
        f"them is {shape((None, *columns))}. Keras adds the batch axis itself.\n{axis}",
        places=distinct([given.place, own.place]),
        layer=getattr(layer, "name", None),
        evidence=(
            Evidence("shape", f"declared {shape(given.shape)}, with the batch axis "
                     f"{shape((None, *given.shape))}", given.place),
            Evidence("data", f"{part.text}: {samples} samples of {shape(columns)}", own.place),
            Evidence("note", f"one sample is {shape(sample)}"),
        ),
        fixes=fixes,
    )  # fmt: skip


def _fixes(case: Case, given: InputShape, wants: int) -> Iterator[Fix]:
    if not case.program.is_own(given.file.path):
        return
    lacks = wants > len(given.shape)
    parts = elements_of(given.file, given.node)
    if parts is not None:
        text = tuple_text([*parts[1:], *(["1"] if lacks else [])])
    elif isinstance(given.node, ast.Attribute | ast.Name):
        whole = given.file.segment(given.node)
        text = f"(*{whole}[1:], 1)" if lacks else f"{whole}[1:]"
    else:
        return
    fix = make_fix(
        Editor(given.file).replace(given.node, text),
        f"Leave the number of samples out of the input's shape: {given.parameter}={text}",
        repair_class=RepairClass.B if lacks else RepairClass.A,
        likelihood=0.93,
    )
    if fix is not None:
        yield fix
