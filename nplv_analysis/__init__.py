"""Neighbourhood monitoring for the NPLV in Groningen-Noord: from published tables to figures and reports per wijk."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

#: Public name -> module that has it. Loaded on first use (PEP 562), so that the import itself stays light.
_WHERE = {
    "load": "nplv_analysis.data",
    "Data": "nplv_analysis.data",
    "example": "nplv_analysis.data",
    "prepare": "nplv_analysis.preparation",
    "load_catalogue": "nplv_analysis.catalogue",
    "NplvError": "nplv_analysis.errors",
}

__all__ = ["__version__", *_WHERE]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'nplv_analysis' has no attribute '{name}'")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
