"""The registry of backends: one line each. They are imported when first asked for."""

from functools import cache
from importlib import import_module
from typing import cast

from analysis.backends.base import AnalysisError, Backend

BACKENDS = {
    "builtin": "analysis.backends.builtin:BuiltinBackend",
}

__all__ = ["BACKENDS", "AnalysisError", "Backend", "get_backend"]


@cache
def get_backend(name: str) -> Backend:
    """The backend of that name. Raises LookupError, naming those that exist."""
    if name not in BACKENDS:
        raise LookupError(f"no analysis backend is called {name!r}; there are: {', '.join(BACKENDS)}")
    module, _, class_name = BACKENDS[name].partition(":")
    return cast("Backend", getattr(import_module(module), class_name)())
