"""Rules over a run together with what its program was trained on."""
