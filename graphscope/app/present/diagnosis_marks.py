"""What the picture highlights for each diagnosis, by positions in the drawing document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphscope.analysis.outline import Outline
from graphscope.doctor.failure_graph import Path


def present_marks(paths: Sequence[Path], outline: Outline, *, has_failed: bool) -> list[Any]:
    """Return the marks of each diagnosis as JSON values.

    Args:
        paths: what is highlighted for each diagnosis.
        outline: the rows of the document.
        has_failed: whether the program failed; else the marks are of something that is wrong
            without failing.
    """
    return [_present(path, outline.positions, has_failed=has_failed) for path in paths]


def _present(path: Path, positions: dict[str, int], *, has_failed: bool) -> dict[str, Any]:
    points = []
    # The root is the whole picture: a ring around it would point at nothing.
    if positions.get(path.failed or "", 0) > 0:
        points.append({"item": positions[path.failed or ""], "label": "fails here", "main": False})
    if positions.get(path.culprit or "", 0) > 0:
        label = "look here" if path.failed or not has_failed else "fails here"
        points.append({"item": positions[path.culprit or ""], "label": label, "main": True})
    return {
        "points": points,
        "items": [positions[node] for node in path.nodes if node in positions],
        "edges": [
            [positions[source], positions[target]]
            for source, target in path.edges
            if source in positions and target in positions
        ],
    }
