"""Tests of every kind share this package: `from tests.support.graphs import graph`."""

from __future__ import annotations

from hypothesis import settings

# The tests of a commit must give the same answer twice; the nightly ones go looking.
settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("nightly", deadline=None, max_examples=2_000)
