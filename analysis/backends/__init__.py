"""The registry of backends: one line each. They are imported when first asked for."""

from functools import cache
from importlib import import_module
from typing import cast

from analysis.backends.base import AnalysisError, Backend

BACKENDS = {
    "builtin": "analysis.backends.builtin:BuiltinBackend",
    "openai": "analysis.backends.openai.backend:OpenAIBackend",
}
# What is said leaves this machine: they are asked by leased rows of their own (analysis/reading.py).
REMOTE = frozenset({"openai"})

__all__ = ["BACKENDS", "REMOTE", "AnalysisError", "Backend", "backend_at_once", "get_backend"]


@cache
def get_backend(name: str) -> Backend:
    """The backend of that name. Raises LookupError, naming those that exist."""
    if name not in BACKENDS:
        raise LookupError(f"no analysis backend is called {name!r}; there are: {', '.join(BACKENDS)}")
    module, _, class_name = BACKENDS[name].partition(":")
    return cast("Backend", getattr(import_module(module), class_name)())


def backend_at_once(name: str) -> Backend:
    """The backend that reads a call as soon as it is over: the one of that name, or `builtin` for a remote one."""
    return get_backend("builtin" if name in REMOTE else name)
