"""Watches a program run: Keras's hooks fill a `Recording`, an exception becomes a `Failure`."""

from graphscope.doctor.watching.failures import is_failure, make_failure
from graphscope.doctor.watching.watcher import watching

__all__ = ["is_failure", "make_failure", "watching"]
