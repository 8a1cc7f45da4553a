"""PyTorch's operations that compute nothing: views, copies, look-ups, new tensors, casts."""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names

_VIEWS = names("""
    view unsafe_view reshape reshape_alias permute transpose t unsqueeze squeeze expand select slice
    split split_with_sizes unsafe_split unsafe_split_with_sizes chunk unbind narrow as_strided alias
    detach diagonal unfold movedim real imag view_as_real view_as_complex numpy_T broadcast_to
    view_dtype lift lift_fresh conj neg_view resolve_conj resolve_neg adjoint
""")

_COPIES = names("""
    clone copy to_copy contiguous cat stack repeat repeat_interleave roll flip rot90 constant_pad_nd
    reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d
    replication_pad3d tril triu diag_embed diag im2col col2im pixel_shuffle pixel_unshuffle
    channel_shuffle slice_scatter select_scatter as_strided_scatter diagonal_scatter
    upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_nearest_exact1d
    upsample_nearest_exact2d block_diag cartesian_prod combinations copysign_copy view_copy
    expand_copy updated
""")

_NEW = names("""
    empty empty_like empty_strided new_empty new_zeros new_ones new_full new_empty_strided zeros
    zeros_like zero ones ones_like full full_like fill arange linspace logspace eye scalar_tensor
    tril_indices triu_indices hann_window hamming_window blackman_window kaiser_window
    bartlett_window
""")

_LOOKUPS = names("""
    embedding gather index index_select take take_along_dim masked_select masked_scatter scatter
    index_copy index_fill nonzero nonzero_static one_hot local_scalar_dense
""")


def _nothing(_call: Call) -> int:
    return 0


RULES: dict[str, Rule] = dict.fromkeys([*_VIEWS, *_COPIES, *_NEW, *_LOOKUPS], _nothing)
