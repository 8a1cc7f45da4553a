"""What Keras does with each kind of code when it loads a file.

Facts of keras 3.15: `saving/serialization_lib.py`, `layers/core/lambda_layer.py`,
`export/tfsm_layer.py`, `utils/torch_utils.py`, `layers/preprocessing/index_lookup.py`; of earlier
releases: the advisories CVE-2024-3660, CVE-2025-1550, -8747, -9905, -9906, -12058, CVE-2026-1462.
"""

from __future__ import annotations

BYTECODE = (
    "keras.models.load_model refuses it by default. With safe_mode=False Keras makes a function of "
    "it, which runs when the model is called; in .h5 files, releases before 3.11.3 do so unasked."
)
REFERENCE = (
    "Keras before 3.9 imports the module and takes from it what is named; later releases refuse, "
    "as it is neither registered nor a part of Keras."
)
NO_MODULE = "Keras looks the name up among what was registered, and fails if it is not there."
KERAS_TOOL = (
    "It belongs to Keras but to no model. Releases before 3.11 call it all the same; later ones "
    "refuse."
)
VOCABULARY = (
    "Keras reads this file when it makes the layer; current releases refuse that by default "
    "(safe_mode)."
)
SAVED_MODEL = (
    "Keras loads the SavedModel, whose operations may do anything; from 3.12.1 and 3.13.2 on it "
    "refuses that by default (safe_mode)."
)
PICKLE = "Keras unpickles it with torch.load, which may run anything, unless safe_mode refuses it."
ARGUMENT = "Keras calls the layer with it when it rebuilds the model."
SETTING = "What becomes of it is in the code of the class that takes it."


def of_custom(module: str) -> str:
    """Return what Keras does with a class or function that its user registered."""
    imports = f"before 3.9, Keras imports {module} if there is none" if module else ""
    told = f"; {imports}" if imports else ""
    return f"Keras takes what is registered under this name, which may do anything{told}."
