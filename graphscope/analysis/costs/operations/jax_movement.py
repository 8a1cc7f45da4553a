"""JAX's primitives that compute nothing: copies, views, look-ups, keys of random numbers.

The work of a loop or a called function is counted where it happens, in the body. What PyTorch
calls by the same name stands in `torch_movement`.
"""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names

_VIEWS = names("""
    bitcast_convert_type broadcast_in_dim expand_dims rev stop_gradient
""")

_COPIES = names("""
    concatenate convert_element_type copy_p device_put dynamic_slice dynamic_update_slice
    identity iota pad pvary reduce_precision reshard sharding_constraint tile
    optimization_barrier create_token empty2 unstack after_all
""")

_LOOKUPS = names("scan_slice scan_stack dynamic_index_in_dim")

_KEYS = names("""
    random_clone random_fold_in random_seed random_split random_unwrap random_wrap threefry2x32
""")

_CONTROL = names("cond scan while jit pjit custom_jvp_call custom_vjp_call checkpoint debug_print")


def _nothing(_call: Call) -> int:
    return 0


RULES: dict[str, Rule] = dict.fromkeys(
    [*_VIEWS, *_COPIES, *_LOOKUPS, *_KEYS, *_CONTROL, "debug_callback", "io_callback"], _nothing
)
"""By primitive."""
