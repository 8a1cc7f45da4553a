"""Holding back what native libraries write to standard error."""

from __future__ import annotations

import os

import pytest

from graphscope.session.quiet import held_back_stderr


def test_silence_while_it_works(capfd: pytest.CaptureFixture[str]) -> None:
    with held_back_stderr():
        os.write(2, b"noise")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_a_failure_tells_all(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ImportError), held_back_stderr():
        os.write(2, b"the reason")
        raise ImportError
    assert capfd.readouterr().err == "the reason"


def test_the_users_setting_wins(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    with held_back_stderr():
        os.write(2, b"noise")
    assert capfd.readouterr().err == "noise"
