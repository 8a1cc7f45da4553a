"""Settings of the experiment."""

CONFIG = {
    "widths": [64, 64],
    "keep_prob": 0.95,
    "epochs": 15,
    "batch_size": 32,
    "learning_rate": 1e-3,
}
