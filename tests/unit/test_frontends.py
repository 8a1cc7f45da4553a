"""Where a notebook is shown from, told by the environment of its kernel."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from graphscope.frontends import CHOICE, find_remote


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ""),
        ({"HOME": "/root", "SSH_CONNECTION": ""}, ""),
        ({"COLAB_RELEASE_TAG": "release-colab"}, "Google Colab"),
        ({"JUPYTERHUB_API_URL": "http://hub:8081/hub/api"}, "JupyterHub"),
        ({"VSCODE_PID": "4711"}, "Visual Studio Code"),
        ({"SSH_CONNECTION": "10.0.0.7 51000 10.0.0.8 22"}, "a remote shell"),
        ({"SSH_CONNECTION": "10.0.0.7 51000 10.0.0.8 22", CHOICE: "server"}, ""),
        ({CHOICE: "Offline"}, CHOICE),
        ({CHOICE: "else"}, ""),
    ],
)
def test_the_environment_tells(environment: dict[str, str], expected: str) -> None:
    assert find_remote(environment) == expected


def test_colab_without_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert find_remote({}) == "Google Colab"


def test_the_environment_of_this_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, "offline")
    assert find_remote() == CHOICE
