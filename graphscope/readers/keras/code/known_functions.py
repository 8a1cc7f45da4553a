"""The functions that a file names without a module of their own.

Keras writes them with the module `builtins`, as if they were Python's own.
"""

from __future__ import annotations

FUNCTIONS = frozenset(
    """
    binary_accuracy binary_crossentropy binary_focal_crossentropy categorical_accuracy
    categorical_crossentropy categorical_focal_crossentropy
    categorical_generalized_cross_entropy categorical_hinge celu circle
    concordance_correlation constant cosine_similarity ctc dice elu exponential gelu
    glorot_normal glorot_uniform glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh
    he_normal he_uniform hinge huber identity kl_divergence l1 l1_l2 l2 leaky_relu
    lecun_normal lecun_uniform linear log_cosh log_sigmoid log_softmax max_norm
    mean_absolute_error mean_absolute_percentage_error mean_squared_error
    mean_squared_logarithmic_error min_max_norm mish non_neg ones orthogonal
    orthogonal_regularizer pearson_correlation poisson random_normal random_uniform relu relu6
    selu sigmoid silu soft_shrink softmax softplus softsign sparse_categorical_accuracy
    sparse_categorical_crossentropy sparse_plus sparse_sigmoid
    sparse_top_k_categorical_accuracy sparsemax squared_hinge squareplus stft swish tanh
    tanh_shrink threshold top_k_categorical_accuracy truncated_normal tversky unit_norm
    variance_scaling zeros
    """.split()  # noqa: SIM905 - a list of these would be a page long
)
"""Of `keras.activations`, `constraints`, `initializers`, `losses`, `metrics` and `regularizers`."""

HARMFUL_BUILTINS = frozenset(
    {"__build_class__", "__import__", "breakpoint", "compile", "delattr", "eval", "exec", "exit",
     "getattr", "globals", "help", "input", "locals", "open", "print", "quit", "setattr", "vars"}
)  # fmt: skip
"""Functions of Python that do more than compute, or lead to others that do."""
