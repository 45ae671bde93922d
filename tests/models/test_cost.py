"""What it costs to have a model at hand: nothing but what it needs itself."""

import subprocess
import sys
from pathlib import Path

from assistant.entities.ids import LOCAL_USER
from tests.fakes.tiny_gguf import write_tiny_gguf
from tests.models.conftest import Home

HEAVY = {
    *("httpx", "httpx2", "huggingface_hub", "psutil", "llama_cpp", "numpy"),
    *("tiktoken", "jinja2", "jsonschema", "subprocess", "importlib.metadata"),
}
OPEN_AGAIN = """
import sys
from pathlib import Path
from tests.models.reopening import engine_of
engine_of("tiny", Path(sys.argv[1]))
print(*sys.modules)
"""


def test_opening_a_known_model_imports_nothing_heavy(
    home: Home, tmp_path: Path
) -> None:
    shelf = home.shelf(real=True)
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    shelf.engine(shelf.add_file(path, name="tiny", actor=LOCAL_USER))

    done = subprocess.run(
        [sys.executable, "-c", OPEN_AGAIN, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(done.stdout.split())
    assert "assistant.llm.llama" in loaded
    assert HEAVY.isdisjoint(loaded)
