"""Tests of every kind share this package: `from tests.support.graphs import graph`."""
