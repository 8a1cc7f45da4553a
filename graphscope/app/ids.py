"""Ids of the Dash components, in one place for layout, callbacks, page and tests."""

from __future__ import annotations

SELECTION = "selection"
"""A store: the id of the selected item of the outline, or None. The page sets it."""

DETAILS = "details-content"
"""What the details panel shows."""
