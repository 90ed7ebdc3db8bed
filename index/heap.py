"""Memory that was freed, given back to the system: glibc keeps it for later, much of it for good.

Other C libraries lack what is called here, and are left as they are.
"""

from __future__ import annotations

import ctypes
from typing import Any

# As malloc.h numbers it: how many heaps there are at most. By itself glibc makes one for nearly every thread, each with gaps of its own.
M_ARENA_MAX, HEAPS = -8, 2


def few_heaps() -> None:
    """To be called before there are threads."""
    if set_option := _of_glibc("mallopt"):
        set_option(M_ARENA_MAX, HEAPS)


def give_back() -> None:
    """What is free now. After a model or an index was opened or dropped that is much; it takes some milliseconds."""
    if trim := _of_glibc("malloc_trim"):
        trim(ctypes.c_size_t(0))


def _of_glibc(name: str) -> Any:
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):  # no such library, or a system that wants it named
        return None
