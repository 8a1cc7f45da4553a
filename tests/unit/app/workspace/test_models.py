"""The models of a workspace: keys, titles, changes and those who wait for them."""

from __future__ import annotations

import threading
import time

import pytest

from graphscope.app.services import Services
from graphscope.app.workspace.models import MOST_MODELS, Workspace
from graphscope.errors import GraphscopeError, ReadError
from tests.support.graphs import graph


def services(name: str = "net") -> Services:
    return Services(graph("x -> y", name=name))


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(services("Net v1.keras"))


def test_keys_are_made_of_titles_and_differ(workspace: Workspace) -> None:
    again = workspace.add(services(), title="Net v1.keras")
    strange = workspace.add(services(), title="模型/..")
    assert [workspace.first.key, again.key, strange.key] == [
        "net-v1-keras",
        "net-v1-keras-2",
        "model",
    ]
    assert again.title == "Net v1.keras (2)"


def test_the_first_model_stays(workspace: Workspace) -> None:
    other = workspace.add(services())
    assert workspace.close(other.key)
    assert not workspace.close(other.key)
    assert not workspace.close(workspace.first.key)
    assert [model.key for model in workspace.models] == [workspace.first.key]


def test_a_complaint_stays_until_the_next_version(workspace: Workspace) -> None:
    key = workspace.first.key
    workspace.complain(key, ReadError("Broken.", "Mend it."))
    model = workspace.find(key)
    assert model is not None
    assert model.complaint == ("Broken.", "Mend it.")
    assert model.services is workspace.first.services
    newer = services()
    workspace.renew(key, newer)
    model = workspace.find(key)
    assert model is not None
    assert (model.complaint, model.services, model.version) == (None, newer, 1)


def test_too_many_models_are_refused(workspace: Workspace) -> None:
    for _ in range(MOST_MODELS - 1):
        workspace.add(services())
    with pytest.raises(GraphscopeError, match="Close one"):
        workspace.add(services())


def test_a_change_wakes_who_waits(workspace: Workspace) -> None:
    known = workspace.revision
    timer = threading.Timer(0.05, workspace.add, [services()])
    timer.start()
    assert workspace.wait(known, 20) == known + 1


def test_nobody_waits_for_what_is_known_to_have_changed(workspace: Workspace) -> None:
    assert workspace.wait(workspace.revision - 1, 20) == workspace.revision


def test_the_end_wakes_all(workspace: Workspace) -> None:
    begun = time.monotonic()
    threading.Timer(0.05, workspace.end).start()
    workspace.wait(workspace.revision, 20)
    workspace.wait(workspace.revision, 20)
    assert time.monotonic() - begun < 10
