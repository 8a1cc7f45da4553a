"""Write what one release of Python makes of a few functions, for `functions.json`.

Run with each release; the text of `functions.json` is what nine of them printed.
"""

import base64
import dis
import json
import marshal
import sys
from types import FunctionType
from typing import Any

LAMBDAS = {
    "double": "lambda x: x * 2",
    "touch": "lambda x: (__import__('pathlib').Path('/tmp/never').touch(), x)[1]",
    "default": 'lambda x, *rest, scale=0.5, **more: x / scale if rest else more["a"]',
    "nested": "lambda x: [y ** 2 for y in x if y > 3] + list(map(lambda z: z + 1.5, x))",
    "consts": "lambda x: x in "
    "(1, 2.5, 'aé', b'\\x00', None, True, -7, 2**70, 1j, ..., frozenset())",
    "slices": "lambda x: x[:, 1:3, ::2] @ x[..., None] if x.ndim == 4 and x is not None else not x",
}
STATEMENTS = """
def tried(x):
    import os
    from os import path as p
    try:
        with open(x) as f:
            for line in f:
                if line: continue
                yield line
    except (OSError, ValueError) as e:
        raise RuntimeError(str(e)) from e
    finally:
        print('end', x, sep='')
"""
HIDDEN = ("CACHE", "EXTENDED_ARG")


def describe(function: FunctionType) -> object:
    steps = [
        " ".join(str(part) for part in (each.offset, each.opname, each.arg) if part is not None)
        for each in dis.get_instructions(function.__code__)
        if each.opname not in HIDDEN
    ]
    code = base64.b64encode(marshal.dumps(function.__code__)).decode()
    return {"code": code, "instructions": steps}


if __name__ == "__main__":
    namespace: Any = {}
    exec(STATEMENTS, namespace)
    functions = dict({name: eval(text) for name, text in LAMBDAS.items()}, **namespace)
    found = {name: describe(functions[name]) for name in [*LAMBDAS, "tried"]}
    json.dump({f"3.{sys.version_info[1]}": found}, sys.stdout)
