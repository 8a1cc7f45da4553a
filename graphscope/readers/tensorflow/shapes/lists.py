"""Lists of tensors, as loops fill and read them: how many there are, and their shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphscope.graph import Dimension
from graphscope.readers.tensorflow.shapes.call import OpCall, Shape

_HANDING_ON = frozenset(
    {"Identity", "Enter", "RefEnter", "Exit", "RefExit", "Switch", "RefSwitch"}
    | {"NextIteration", "RefNextIteration"}
)
MERGES = frozenset({"Merge", "RefMerge"})
"""Where the list that a loop of TensorFlow 1 begins with meets the one of the trip before."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a list holds.

    Attributes:
        count: how many tensors; None where unknown.
        element: the shape of each, None where not even their rank is known.
    """

    count: Dimension = None
    element: Shape | None = None

    def fill(self, element: Shape | None) -> Held:
        """Return it with what a tensor in it tells of the others."""
        return Held(self.count, _join(self.element, element))


_UNKNOWN = Held()


def follow_list(  # noqa: PLR0911 - one line for each kind
    call: OpCall, lists: Sequence[Held | None]
) -> Held | None:
    """Return what the list that an operation makes holds; None where it makes none.

    Args:
        call: the operation.
        lists: what the lists that it takes hold, by input port.
    """
    match call.type:
        case "TensorListFromTensor":
            shape = _shape(call, 0)
            return Held(shape[0], shape[1:]) if shape else None
        case "TensorListReserve":
            return Held(_number(call, 1), _stated(call, 0))
        case "EmptyTensorList":
            return Held(None, _stated(call, 0))
        case "TensorListSetItem":
            return (_at(lists, 0) or _UNKNOWN).fill(_shape(call, 2))
        case "TensorListPushBack":
            return Held(None, (_at(lists, 0) or _UNKNOWN).element).fill(_shape(call, 1))
        case "TensorArrayV3":
            return Held(_number(call, 0), _attribute(call))
        case "TensorArrayWriteV3":
            return _array(lists, 3).fill(_shape(call, 2))
        case "TensorArrayScatterV3":
            values = _shape(call, 2)
            return _array(lists, 3).fill(values[1:] if values else None)
    if call.type in MERGES:
        return _merge(lists)
    return _at(lists, 0) if call.type in _HANDING_ON else None


def take_element(call: OpCall, lists: Sequence[Held | None]) -> Shape | None:
    """Return the shape of what an operation takes out of a list; None where that is not known."""
    match call.type:
        case "TensorListGetItem":
            return _join((_at(lists, 0) or _UNKNOWN).element, _stated(call, 2))
        case "TensorListStack":
            held = _at(lists, 0) or _UNKNOWN
            count = call.settings.get("num_elements", -1)
            if not isinstance(count, int) or count < 0:
                count = held.count
            element = _join(held.element, _stated(call, 1))
            return None if element is None else (count, *element)
        case "TensorArrayReadV3":
            return _join(_array(lists, 2).element, _attribute(call))
        case "TensorArrayGatherV3":
            element = _join(_array(lists, 2).element, _attribute(call))
            places = _shape(call, 1)
            return None if element is None or places is None else (*places, *element)
    return None


def _merge(lists: Sequence[Held | None]) -> Held | None:
    known = [held for held in lists if held is not None]
    if not known:
        return None
    found = known[0]
    for held in known[1:]:
        found = found.fill(held.element)
    return found


def _array(lists: Sequence[Held | None], flow: int) -> Held:
    """Return what an array holds: its state travels in a number of its own beside it."""
    return _at(lists, flow) or _at(lists, 0) or _UNKNOWN


def _join(first: Shape | None, second: Shape | None) -> Shape | None:
    if first is None or second is None:
        return second if first is None else first
    if len(first) != len(second):
        return first
    return tuple(b if a is None else a for a, b in zip(first, second, strict=True))


def _stated(call: OpCall, port: int) -> Shape | None:
    """Return the shape at an input port that is given as a tensor of sizes."""
    content = call.contents[port] if port < len(call.contents) else None
    return _open(content) if isinstance(content, tuple) else None


def _attribute(call: OpCall) -> Shape | None:
    sizes = call.settings.get("element_shape")
    if not isinstance(sizes, list):
        sizes = call.settings.get("element_shape_except0")
    return _open(sizes) if isinstance(sizes, list) else None


def _open(sizes: Sequence[Dimension]) -> Shape:
    return tuple(None if isinstance(size, int) and size < 0 else size for size in sizes)


def _number(call: OpCall, port: int) -> Dimension:
    content = call.contents[port] if port < len(call.contents) else None
    if isinstance(content, tuple):
        return None
    return None if isinstance(content, int) and content < 0 else content


def _shape(call: OpCall, port: int) -> Shape | None:
    return call.shapes[port] if port < len(call.shapes) else None


def _at(lists: Sequence[Held | None], port: int) -> Held | None:
    return lists[port] if port < len(lists) else None
