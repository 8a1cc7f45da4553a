"""Warning about what cannot be logged, without ever raising into the training."""

from __future__ import annotations

import sys
import warnings


class MonitorWarning(UserWarning):
    """Something about a training cannot be logged; the training itself goes on."""


class Warner:
    """Warns once of each kind of trouble.

    Also under `-W error` nothing is raised: the monitor must not end a training.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __call__(self, text: str, kind: str = "") -> None:
        """Warn.

        Args:
            text: sentences.
            kind: of the trouble; the text itself by default.
        """
        if (kind or text) in self._told:
            return
        self._told.add(kind or text)
        message = f"graphscope: {text} Training goes on."
        try:
            warnings.warn(message, MonitorWarning, stacklevel=3)
        except MonitorWarning:
            print(message, file=sys.stderr)  # noqa: T201 - what else could tell it
