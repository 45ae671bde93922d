"""What every setting is for, read from the sentences beside the defaults.

For `hearth config show` and the README's table; nothing else needs it.
"""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import pairwise

from assistant.config import settings as declared
from assistant.config.loader import SECTIONS
from assistant.config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedSetting:
    """One setting as its reader needs it."""

    name: str
    default: object
    help: str

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return f"HEARTH_{self.name.replace('.', '_').upper()}"


def described_settings() -> list[DescribedSetting]:
    """All of them, in the order they are declared."""
    sentences = dict(_sentences())
    defaults = Settings()
    return [
        DescribedSetting(
            name=f"{section}.{setting.name}",
            default=getattr(getattr(defaults, section), setting.name),
            help=sentences.get(f"{kind.__name__}.{setting.name}", ""),
        )
        for section, kind in SECTIONS.items()
        for setting in fields(kind)
    ]


def as_toml(value: object) -> str:
    """A value as one would write it in the settings file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(as_toml(one) for one in value)}]"
    if isinstance(value, StrEnum | str):
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return '"' + escaped.replace("\n", "\\n") + '"'
    return str(value)


def _sentences() -> Iterator[tuple[str, str]]:
    """The text that follows each field, which Python itself throws away."""
    for section in ast.parse(inspect.getsource(declared)).body:
        if not isinstance(section, ast.ClassDef):
            continue
        for setting, sentence in pairwise(section.body):
            match setting, sentence:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    yield f"{section.name}.{name}", inspect.cleandoc(text)
