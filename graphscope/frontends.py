"""Whether what shows a notebook can reach a server on the machine of its kernel."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

CHOICE = "GRAPHSCOPE_NOTEBOOK"
"""Environment variable that decides instead: `server` or `offline`."""

# Variables that the hosts set for their kernels, and what to call them.
_HOSTS = {
    "COLAB_RELEASE_TAG": "Google Colab",
    "KAGGLE_KERNEL_RUN_TYPE": "Kaggle",
    "DATABRICKS_RUNTIME_VERSION": "Databricks",
    "BINDER_SERVICE_HOST": "Binder",
    "JUPYTERHUB_API_URL": "JupyterHub",
    "DEEPNOTE_PROJECT_ID": "Deepnote",
    "SAGEMAKER_APP_TYPE": "SageMaker",
    "AZUREML_ARM_WORKSPACE_NAME": "Azure ML",
    "CODESPACES": "GitHub Codespaces",
    # Its cells belong to no origin that a server could allow, and forbid frames of http.
    "VSCODE_PID": "Visual Studio Code",
    "VSCODE_CWD": "Visual Studio Code",
    "SSH_CONNECTION": "a remote shell",
    "KUBERNETES_SERVICE_HOST": "a cluster",
}


def find_remote(environment: Mapping[str, str] | None = None) -> str:
    """Return where the notebook is shown from, when its browser cannot reach this machine's
    loopback address; nothing for a notebook server on this machine.

    A container says nothing of who shows its notebooks: there `GRAPHSCOPE_NOTEBOOK=offline` helps.

    Args:
        environment: of the kernel; `os.environ` by default.

    >>> find_remote({"KAGGLE_KERNEL_RUN_TYPE": "Interactive"})
    'Kaggle'
    >>> find_remote({"GRAPHSCOPE_NOTEBOOK": "server", "SSH_CONNECTION": "10.0.0.7 51000"})
    ''
    """
    environment = os.environ if environment is None else environment
    choice = environment.get(CHOICE, "").lower()
    if choice in ("server", "offline"):
        return "" if choice == "server" else CHOICE
    if "google.colab" in sys.modules:
        return _HOSTS["COLAB_RELEASE_TAG"]
    return next((name for variable, name in _HOSTS.items() if environment.get(variable)), "")
