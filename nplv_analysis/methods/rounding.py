"""Rounding to multiples of a step."""

from __future__ import annotations

import math

#: Allows for numbers that a computer holds inexactly, such as 20.6.
TINY = 1e-9
#: Steps, each a multiple of the first: times 1, 2, 5, 10, 20, 50, ...
STEPS = (1, 2, 5)


def rounded(value: float, step: float) -> float:
    """Round to a multiple of a step, halves upwards."""
    return down(value + step / 2, step)


def down(value: float, step: float) -> float:
    """Round down to a multiple of a step; what is missing stays so."""
    return value if math.isnan(value) else math.floor(value / step + TINY) * step


def up(value: float, step: float) -> float:
    """Round up to a multiple of a step; what is missing stays so."""
    return value if math.isnan(value) else math.ceil(value / step - TINY) * step


def coarser(step: float, first: float) -> float:
    """Give the next step of 1, 2, 5, 10, 20, 50, ... times the first."""
    times = next(t * 10**power for power in range(12) for t in STEPS if t * 10**power > step / first + TINY)
    return times * first
