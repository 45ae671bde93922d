"""What a verdict on a model depends on besides its file: library and processor.

Names both without importing the one or measuring the other.
"""

import os
import platform
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

_LIBRARY = "llama_cpp"
_PROCESSOR = Path("/proc/cpuinfo")
_FIRST_CORE = 16 << 10  # bytes; one core's lines take a few thousand


def machine_key(model_sha256: str) -> str:
    """The same as long as nothing has changed that could change the verdict."""
    return f"{_library()}|{_processor()}|{model_sha256}"


def _library() -> str:
    """The build: another one has other files, or other times on them."""
    spec = find_spec(_LIBRARY)
    folders = (spec and spec.submodule_search_locations) or ()
    built = [
        (file.name, file.stat().st_size, file.stat().st_mtime_ns)
        for folder in folders
        for file in sorted(Path(folder).glob("lib/*"))
    ]
    return _short(repr(built))


def _processor() -> str:
    """Its name, what it can do, and how many cores we may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    return _short(f"{_first_core()}|{cores or os.cpu_count()}")


def _first_core() -> str:
    try:
        with _PROCESSOR.open("rb") as file:
            said = file.read(_FIRST_CORE).decode("utf-8", "replace")
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    told = ("vendor_id", "model name", "flags", "Features", "CPU part")
    lines = said.partition("\n\n")[0].splitlines()
    return "\n".join(line for line in lines if line.startswith(told))


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
