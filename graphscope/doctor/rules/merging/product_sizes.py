"""A matrix product, Dot layer or einsum whose multiplied axes have different sizes."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.operands import conflict_of, is_variable
from graphscope.doctor.facts.product import (
    Product,
    fitting_term,
    is_batch,
    of_dot,
    origin_of,
    product_of,
    turned_fits,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from graphscope.doctor.fixes.product_fixes import fixes_for
from graphscope.doctor.origins import as_evidence, describe
from graphscope.doctor.wording import at, distinct, label, shape

ID = "product-of-different-sizes"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the multiplied axes; see whether a transposition, another axis or a width is meant."""
    conflict = conflict_of(case)
    product = None
    if conflict is not None and type(conflict.layer).__name__ == "Dot":
        product = of_dot(conflict)
    product = product or product_of(case)
    if product is None or case.failure is None:
        return
    place = conflict.place if conflict and product.function == "Dot" else None
    if product.failing is not None:
        place = product.failing.place
    layer = case.failure.layer_call.operation if case.failure.layer_call else None
    yield _diagnosis(case, product, layer, place)


def _diagnosis(case: Case, product: Product, layer: object, place: Place | None) -> Diagnosis:
    origins = (
        origin_of(case, product.left, product.axes[0]),
        origin_of(case, product.right, product.axes[1]),
    )
    told = [origin for origin in origins if origin is not None]
    fixes = tuple(sorted(fixes_for(case, product, origins), key=lambda each: -each.likelihood))
    one, other = product.sizes
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{_head(product, layer, case, place)}: {product.left.text} is "
        f"{shape(product.left.shape)} and {product.right.text} is {shape(product.right.shape)}.\n"
        f"{_rule(product)}: {one} versus {other}.\n"
        + "".join(f"{each.value} comes from {describe(case, each)[:240]}.\n" for each in told)
        + _advice(product),
        places=distinct(
            [*(place for fix in fixes[:1] for place in fix.places),
             *([] if turned_fits(product) else [each.places[0] for each in told if each.places]),
             place, *(line for each in told for line in each.places),]
        ),
        layer=getattr(layer, "name", None),
        evidence=(
            Evidence("shape", f"{product.left.text}: {shape(product.left.shape)}", place),
            Evidence("shape", f"{product.right.text}: {shape(product.right.shape)}", place),
            *(fact for each in told for fact in as_evidence(case, each)),
        ),
        fixes=fixes,
    )  # fmt: skip


def _head(product: Product, layer: object, case: Case, place: Place | None) -> str:
    if product.failing is None:
        return f"{label(layer)}{at(case, place)} cannot multiply its inputs"
    inside = f" in {label(layer)}" if layer is not None else ""
    return f"`{product.failing.text}`{at(case, place)}{inside} cannot be computed"


def _rule(product: Product) -> str:
    left, right = product.left.text, product.right.text
    one, other = product.axes
    if product.function == "Dot":
        return (
            f"Dot multiplies along axis {one} of the first and axis {other} of the second input, "
            "which must have the same size"
        )
    if product.function == "einsum":
        return (
            f"In the equation {product.equation!r} the letter {product.letter!r} stands for axis "
            f"{one} of {left} and axis {other} of {right}, and a letter has one size"
        )
    if product.function == "tensordot":
        return f"tensordot multiplies axis {one} of {left} with axis {other} of {right}"
    return (
        f"A matrix product (matmul) multiplies the last axis of {left} with the second last axis "
        f"of {right}, which must be equal"
    )


def _advice(product: Product) -> str:  # noqa: PLR0911 - one advice per kind
    left, right = product.left, product.right
    if product.function == "einsum":
        found = fitting_term(product)
        if found is None:
            return "Write the letters in the order of the axes, or make both sizes equal."
        operand = (left, right)[found[0]]
        return f"With the letters {found[1]!r} for {operand.text} {shape(operand.shape)} it fits."
    if turned_fits(product):
        turned = (*right.shape[:-2], right.shape[-1], right.shape[-2])
        result = (*left.shape[:-1], right.shape[-2])
        return (
            f"Both have {right.shape[-1]} on their last axis, so {right.text} is to be transposed: "
            f"{shape(left.shape)} @ {shape(turned)} gives {shape(result)}."
        )
    if is_batch(product):
        return (
            (
                "Axis 0 of both is the batch. The product of each row with the row of the other is "
                "the sum over the last axis of left * right: ops.sum(left * right, axis=-1)."
            )
            .replace("left", left.text)
            .replace("right", right.text)
        )
    if is_variable(right.tensor) or is_variable(left.tensor):
        return (
            "A kernel has as many rows as the last axis of its input: in build() that is "
            "input_shape[-1]."
        )
    if product.function == "Dot":
        return (
            "Both inputs need the same size there: give both layers (of embeddings: both "
            "output_dim) the same width, or multiply along another axis."
        )
    return "Give both layers the same width, or transpose the operand that is turned."
