"""All settings in one place."""

DEFAULTS = {
    "steps": 40,
    "sensors": 8,
    "width": 16,
    "stacks": 3,
    "levels": 4,
    "rate": 2e-3,
    "epochs": 1,
    "seed": 3,
}


def merge(defaults, changes):
    unknown = set(changes) - set(defaults)
    if unknown:
        raise KeyError(f"unknown settings: {sorted(unknown)}")
    return {**defaults, **changes}
