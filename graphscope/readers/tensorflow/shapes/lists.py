"""Lists of tensors, as loops fill and read them: the shape of what is in them."""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.readers.tensorflow.shapes.call import OpCall, Shape

_HANDING_ON = frozenset({"Identity", "Enter", "Exit", "Switch", "Merge", "NextIteration"})


def follow_element(call: OpCall, elements: Sequence[Shape | None]) -> Shape | None:
    """Return the shape of what is in the list that an operation makes; None where unknown.

    Args:
        call: the operation.
        elements: the same of the lists that it takes, by input port.
    """
    if call.type == "TensorListFromTensor":
        shape = call.shapes[0]
        return shape[1:] if shape else None
    if call.type in ("TensorListReserve", "EmptyTensorList"):
        content = call.contents[0] if call.contents else None
        is_full = isinstance(content, tuple) and not {-1, None} & set(content)
        return content if is_full and isinstance(content, tuple) else None
    if call.type in ("TensorListSetItem", "TensorListPushBack"):
        put = call.shapes[-1] if call.shapes else None
        return elements[0] or put
    return elements[0] if call.type in _HANDING_ON and elements else None


def take_element(call: OpCall, element: Shape | None) -> Shape | None:
    """Return the shape of what an operation takes out of a list; None where that is not known."""
    if element is None:
        return None
    if call.type == "TensorListGetItem":
        return element
    if call.type == "TensorListStack":
        count = call.settings.get("num_elements", -1)
        return (count if isinstance(count, int) and count >= 0 else None, *element)
    return None
