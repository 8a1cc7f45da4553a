"""PyTorch prints the traceback of an operation that does not admit tried sizes; nobody asked."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGERS = ("torch._subclasses.fake_tensor",)


@contextmanager
def refusals_unprinted() -> Iterator[None]:
    """Keep PyTorch from logging what the caller handles as an exception."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was_disabled in zip(loggers, before, strict=True):
            logger.disabled = was_disabled
