"""The page's own code in an embedded JavaScript engine: drawing document in, SVG or findings out.

There is one layout, one SVG writer and one query language, in `assets/core`; here they run without
a browser, in QuickJS. A context belongs to the thread that made it, so each picture gets one of its
own (about 20 ms); nothing is shared but the text of the script. The thread is not the caller's, so
that Ctrl-C ends the wait for a picture that takes long.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from threading import Thread
from typing import Any

from graphscope.bundling import bundle
from graphscope.errors import ExportError
from graphscope.resources import assets_dir


def render_svg(document: dict[str, Any], choices: dict[str, Any]) -> str:
    """Return the SVG of a drawing document.

    Args:
        document: as `make_drawing` returns it.
        choices: the options of `exportSvg` in `assets/core/headless.mjs`, as JSON values.

    Raises:
        ExportError: when the drawing code fails.
    """
    import quickjs

    arguments = (json.dumps(document), json.dumps(choices))
    try:
        return call_script("headless.mjs", "exportSvg", *arguments)
    except quickjs.StackOverflow as error:
        raise ExportError(
            "The scopes are nested too deeply to be drawn.", "Give a smaller depth."
        ) from error
    except quickjs.JSException as error:
        reason = str(error).partition("\n")[0]
        raise ExportError(f"The picture could not be drawn: {reason}.") from error


def call_script(module: str, function: str, *arguments: str) -> str:
    """Call a function of a module in `assets/core` that takes texts and returns one.

    Raises:
        quickjs.JSException: what the function throws.
    """
    script = _script(module, function)
    return _wait_for(lambda: _run(script, *arguments))


def _run(script: str, *arguments: str) -> str:
    import quickjs

    answer: str = quickjs.Context().eval(script)(*arguments)
    return answer


def _wait_for(work: Callable[[], str]) -> str:
    """Do the work in a thread that does not outlive the program; return or raise what it does."""
    done: Future[str] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            done.set_exception(error)

    Thread(target=run, name="graphscope-drawing", daemon=True).start()
    return done.result()


@cache
def _script(module: str, function: str) -> str:
    """Return a script whose value is the function."""
    assets = assets_dir()
    # The engine keeps a long sum of strings as a rope, which it cannot hand to Python; `join`
    # makes one string of it.
    flat = f"(...texts) => [{function}(...texts)].join('')"
    return bundle(assets / "core" / module, assets) + flat
