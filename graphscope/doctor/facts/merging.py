"""What rules about merges say alike."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from graphscope.doctor.case import Case
from graphscope.doctor.facts.operands import Conflict
from graphscope.doctor.origins import Stage
from graphscope.doctor.wording import at, label, shape


def told_conflict(case: Case, conflict: Conflict) -> str:
    """Return who could not join its inputs, and where."""
    layer = label(conflict.layer) if conflict.layer is not None else ""
    if isinstance(conflict.node, ast.BinOp) or not layer:
        own = not type(conflict.layer).__module__.startswith("keras")
        inside = f" in {layer}" if layer and own else ""
        source = conflict.file.segment(conflict.node) if conflict.file and conflict.node else ""
        return f"{' '.join(source.split())!r}{at(case, conflict.place)}{inside} cannot be computed"
    return f"{layer}{at(case, conflict.place)} cannot join its inputs"


def stages_text(stages: Sequence[Stage], limit: int = 6) -> str:
    """Return the layers of a branch with their shapes; ` (the input itself)` for none."""
    if not stages:
        return ""
    shown = [f"{stage.name} {shape(stage.shape)}" for stage in stages[-limit:]]
    return " <- " + " <- ".join(reversed(shown))
