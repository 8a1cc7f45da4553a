"""Which types of operations do more than compute: they run Python, or touch files and networks.

Source: TensorFlow's registry of operations, and its SECURITY.md: models are programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import NodeDef


class Effect(StrEnum):
    """What an operation does, to stand after "an operation that"."""

    PYTHON = "runs Python"
    WRITE = "writes files"
    READ = "reads files"
    REMOTE = "talks to other machines"


def _types(effect: Effect, names: str) -> dict[str, Effect]:
    return dict.fromkeys(names.split(), effect)


EFFECTS: Mapping[str, Effect] = {
    **_types(Effect.PYTHON, "PyFunc PyFuncStateless EagerPyFunc"),
    **_types(
        Effect.WRITE,
        """
        WriteFile CreateSummaryFileWriter CreateSummaryDbWriter SaveDataset SaveDatasetV2
        DatasetToTFRecord ExperimentalDatasetToTFRecord SnapshotDataset SnapshotDatasetV2
        DebugIdentityV2 DebugIdentityV3 DumpTensor CalibrationStatisticsSaver DistributedSave
        """,
    ),
    **_types(
        Effect.READ,
        """
        ReadFile MatchingFiles MatchingFilesDataset WholeFileReader WholeFileReaderV2
        TextLineReader TextLineReaderV2 FixedLengthRecordReader FixedLengthRecordReaderV2
        TFRecordReader TFRecordReaderV2 LMDBReader TextLineDataset TFRecordDataset
        TFRecordDatasetV2 FixedLengthRecordDataset FixedLengthRecordDatasetV2 LMDBDataset
        ExperimentalLMDBDataset CSVDataset CSVDatasetV2 ExperimentalCSVDataset SqlDataset
        ExperimentalSqlDataset LoadDataset ExperimentalMatchingFilesDataset
        InitializeTableFromTextFile InitializeTableFromTextFileV2 GenerateVocabRemapping
        LoadAndRemapMatrix RecordInput Skipgram ListSnapshotChunksDataset SnapshotChunkDataset
        SnapshotDatasetReader SnapshotNestedDatasetReader
        """,
    ),
    **_types(
        Effect.REMOTE,
        """
        Rpc TryRpc RpcCall RpcClient RpcServer RpcServerStart RemoteCall BigQueryReader
        GenerateBigQueryReaderPartitions DataServiceDataset DataServiceDatasetV2
        DataServiceDatasetV3 DataServiceDatasetV4 RegisterDataset RegisterDatasetV2 DebugIdentity
        DebugNanCount DebugNumericSummary
        """,
    ),
}
"""By type of operation."""

STORAGE: Mapping[str, Effect] = {
    **_types(Effect.WRITE, "Save SaveV2 SaveSlices MergeV2Checkpoints"),
    **_types(Effect.READ, "Restore RestoreV2 RestoreSlice DTensorRestoreV2"),
}
"""What saves and restores weights is in every SavedModel, and does it where who loads or saves the
model tells it to. It has an effect of its own only where computing or loading runs it."""

_BY_SETTING: Mapping[str, tuple[str, Effect]] = {
    "PrintV2": ("output_stream", Effect.WRITE),
    "FixedUnigramCandidateSampler": ("vocab_file", Effect.READ),
    "DecodeProtoV2": ("descriptor_source", Effect.READ),
    "EncodeProto": ("descriptor_source", Effect.READ),
}
"""Types whose operations touch files only where a setting names one."""

_NO_FILES = ("stdout", "stderr", "log(", "local://", "bytes://")
"""How such a setting begins where it names none."""


def find_effect(node: NodeDef) -> Effect | None:
    """Return what an operation does beside computing; None for nothing.

    Raises:
        MalformedError: when its attributes are damaged.
    """
    found = EFFECTS.get(node.op) or STORAGE.get(node.op)
    if found is None and node.op in _BY_SETTING:
        name, effect = _BY_SETTING[node.op]
        return effect if _names_file(node, name) else None
    return found


def _names_file(node: NodeDef, name: str) -> bool:
    setting = node.attributes.get(name)
    value = None if setting is None else attributes.read_value(setting)
    return isinstance(value, str) and bool(value) and not value.startswith(_NO_FILES)
