"""Parts of a step that are no calls of Keras, as what they are called by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, eq=False)
class Part:
    """What a call that Keras knows nothing of is a call of."""

    name: str
    type: str = "Phase"
    attributes: dict[str, Any] = field(default_factory=dict)
