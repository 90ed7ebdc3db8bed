"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import heap

GLIBC = hasattr(ctypes.CDLL(None), "malloc_trim") and Path("/proc/self/status").exists()
# Twenty threads hold memory at once; then glibc tells how many heaps there are.
HEAPS = """
import ctypes, sys, threading
import numpy as np
from index import heap
if sys.argv[1] == "few":
    heap.few_heaps()
together = threading.Barrier(20)
def hold():
    held = [np.ones(5_000) for _ in range(20)]
    together.wait()
threads = [threading.Thread(target=hold) for _ in range(20)]
for each in threads: each.start()
for each in threads: each.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = libc.fopen(sys.argv[2].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
"""


def held() -> int:
    """Megabytes that are this process's own."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("RssAnon:")[1].split()[0]) // 1024


@pytest.mark.skipif(not GLIBC, reason="not glibc, or no /proc")
def test_what_was_freed_is_given_back() -> None:
    # Too small to be mapped each for itself; one in the middle stays, as always one does.
    arrays = [np.ones(8_000) for _ in range(3_000)]
    before, stays = held(), arrays[1_500]
    del arrays
    heap.give_back()
    assert held() < before - 80
    assert stays.sum() == 8_000


@pytest.mark.skipif(not GLIBC, reason="not glibc, or no /proc")
def test_threads_share_a_few_heaps(tmp_path: Path) -> None:
    def heaps(how: str) -> int:
        path = tmp_path / how
        subprocess.run([sys.executable, "-c", HEAPS, how, str(path)], check=True)
        return path.read_text(encoding="utf-8").count("<heap nr=")

    assert heaps("few") <= heap.HEAPS < heaps("as they come")


@pytest.mark.parametrize("missing", [OSError, TypeError, AttributeError])
def test_where_there_is_no_glibc_nothing_happens(missing: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        def __init__(self, name: None) -> None:
            if missing is not AttributeError:
                raise missing

    monkeypatch.setattr(ctypes, "CDLL", Elsewhere)
    heap.few_heaps()
    heap.give_back()
    assert heap._of_glibc("malloc_trim") is None
