"""Operations that compute nothing: copies, reshapes, look-ups, casts, and calls of functions.

The work of a loop or function is counted where it happens, in the body.
"""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names

_SHAPES = names("""
    Reshape Squeeze ExpandDims Transpose ConjugateTranspose Shape ShapeN Size Rank EnsureShape
    BroadcastArgs BroadcastGradientArgs InvertPermutation Bitcast
    Ravel Swapaxes Moveaxis View Ndim
""")

_COPIES = names("""
    Identity IdentityN Snapshot DeepCopy StopGradient PreventGradient Cast SaturateCast Const
    Placeholder PlaceholderWithDefault NoOp Copy ConvertToTensor Array Real Imag ViewAsReal
    ViewAsComplex Conjugate
    Fill Full FullLike Zeros Ones ZerosLike OnesLike Empty EmptyLike Eye Range Arange Linspace
    BroadcastTo Tile Repeat
    Concat ConcatV2 Concatenate Append Hstack Vstack Dstack Pack Stack ParallelConcat
    Unpack Unstack Split SplitV ArraySplit Hsplit Vsplit Dsplit
    Slice StridedSlice SliceUpdate TensorStridedSliceUpdate GetItem Tril Triu
    Pad PadV2 MirrorPad PadImages CropImages Reverse ReverseV2 ReverseSequence Flip Fliplr Flipud
    Roll Rot90 Meshgrid
    Diag DiagPart Diagonal Diagflat MatrixDiag MatrixDiagV2 MatrixDiagV3 MatrixDiagPart
    MatrixDiagPartV2 MatrixDiagPartV3 MatrixBandPart MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3
    SpaceToBatch SpaceToBatchND BatchToSpace BatchToSpaceND SpaceToDepth DepthToSpace
    ExtractImagePatches ExtractVolumePatches ExtractPatches ExtractSequences Unfold Rearrange
    ResizeNearestNeighbor
""")

_LOOKUPS = names("""
    Gather GatherV2 GatherNd ResourceGather ResourceGatherNd Take TakeAlongAxis
    ScatterNd TensorScatterUpdate Scatter ScatterUpdate OneHot MultiHot
    LookupTableFindV2 LookupTableSizeV2 DynamicPartition DynamicStitch ParallelDynamicStitch
""")

_STATE = names("""
    VarHandleOp ReadVariableOp AssignVariableOp VariableV2 ResourceStridedSliceAssign
    TensorListReserve TensorListSetItem TensorListGetItem TensorListStack TensorListFromTensor
    TensorListLength TensorListElementShape TensorListPushBack TensorListPopBack TensorListConcatV2
    TensorListGather TensorListScatterV2 TensorListResize EmptyTensorList AccumulatorApplyGradient
    TensorArrayV3 TensorArrayReadV3 TensorArrayWriteV3 TensorArrayGatherV3 TensorArrayScatterV3
    TensorArraySizeV3 TensorArrayCloseV3 Assert Print PrintV2
""")

_CONTROL = names("""
    While StatelessWhile If StatelessIf Case StatelessCase PartitionedCall StatefulPartitionedCall
    RemoteCall Switch Merge Enter Exit NextIteration LoopCond ControlTrigger
    XlaSharding OptimizationBarrier
""")

CONTROL = frozenset(_CONTROL)


def _nothing(_call: Call) -> int:
    return 0


RULES: dict[str, Rule] = dict.fromkeys(
    [*_SHAPES, *_COPIES, *_LOOKUPS, *_STATE, *_CONTROL], _nothing
)
