"""Where Hearth keeps things; the one importer of platformdirs.

`HEARTH_HOME` puts everything under one folder. Nothing is created here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The folders in use. The key's is never the data's."""

    data: Path
    config: Path
    cache: Path
    logs: Path

    @property
    def database(self) -> Path:
        return self.data / "hearth.db"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def settings_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def layers(self) -> Path:
        """The person's own layers of reflection."""
        return self.config / "reflection"

    @property
    def key_file(self) -> Path:
        return self.config / "key"

    @property
    def log_file(self) -> Path:
        return self.logs / "hearth.log"


def find_paths(environment: Mapping[str, str]) -> Paths:
    """The folders this environment asks for."""
    if home := environment.get("HEARTH_HOME"):
        root = Path(home).expanduser().absolute()
        return Paths(
            data=root / "data",
            config=root / "config",
            cache=root / "cache",
            logs=root / "logs",
        )
    dirs = PlatformDirs("hearth", appauthor=False)
    return Paths(
        data=dirs.user_data_path,
        config=dirs.user_config_path,
        cache=dirs.user_cache_path,
        logs=dirs.user_log_path,
    )
