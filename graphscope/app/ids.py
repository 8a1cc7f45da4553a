"""Ids of the Dash components, in one place for layout, callbacks, page and tests."""

from __future__ import annotations

SELECTION = "selection"
"""A store: the id of the selected item of the outline, the selected edge as an object, or None. The
page sets it."""

DIAGNOSIS = "diagnosis"
"""A store: the number of the chosen diagnosis, or None for the first. The page sets it."""

DIAGNOSIS_CONTENT = "diagnosis-content"
"""What the diagnosis panel shows."""

DETAILS = "details-content"
"""What the details panel shows."""
