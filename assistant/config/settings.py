"""Every setting, with its default and its bounds, once.

The sentence below a field is its documentation: README's table is made of them.
How a value got here (file, environment, flag) is the loader's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto

from assistant.errors import ConfigError


class Cipher(StrEnum):
    """How the database file is encrypted."""

    AEGIS = auto()
    CHACHA20 = auto()
    NONE = auto()


class KeySource(StrEnum):
    """Where the database's key is kept."""

    AUTO = auto()
    KEYRING = auto()
    FILE = auto()


class Look(StrEnum):
    """How the terminal interface is coloured."""

    EMBER = auto()
    PAPER = auto()
    CONTRAST = auto()
    ANSI = auto()


class KeySet(StrEnum):
    """Which editor's habits the keys follow."""

    PLAIN = auto()
    VIM = auto()
    EMACS = auto()


class LogLevel(StrEnum):
    """How much goes to the log file."""

    DEBUG = auto()
    INFO = auto()
    WARNING = auto()
    ERROR = auto()


class MemoryMode(StrEnum):
    """Who decides what is remembered."""

    AUTOMATIC = auto()
    ASK = auto()
    OFF = auto()


def _require(*, name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ConfigError(f"{name} is {value}; it must be between {low} and {high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """How the assistant answers."""

    system_prompt: str = (
        "You are Hearth, a helpful assistant. Give short, correct answers."
    )
    """What the model is told before every conversation."""

    max_reply_tokens: int = 1024
    """Longest answer, in tokens."""

    temperature: float = 0.0
    """0 always takes the likeliest word; higher wanders more."""

    retry_temperature: float = 0.7
    """The same for another answer to a question that has one already."""

    pause_after_minutes: int = 60
    """A conversation without a new message for this long is shown as paused."""

    def __post_init__(self) -> None:
        _require(
            name="chat.max_reply_tokens",
            value=self.max_reply_tokens,
            low=1,
            high=131072,
        )
        _require(name="chat.temperature", value=self.temperature, low=0, high=2)
        _require(
            name="chat.retry_temperature",
            value=self.retry_temperature,
            low=0,
            high=2,
        )
        _require(
            name="chat.pause_after_minutes",
            value=self.pause_after_minutes,
            low=1,
            high=525600,
        )
        if not self.system_prompt.strip():
            raise ConfigError("chat.system_prompt is empty; write at least a sentence")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Which models answer, and what they may use of this machine."""

    fallbacks: tuple[str, ...] = ()
    """Models tried in this order when the one in use cannot answer."""

    context_tokens: int = 0
    """Context to reserve for a local model; 0 takes the model's own, up to 8192."""

    threads: int = 0
    """Threads for a local model; 0 measures once and never takes every core."""

    remote_timeout_seconds: float = 60.0
    """How long a remote server may stay silent."""

    def __post_init__(self) -> None:
        _require(
            name="models.context_tokens",
            value=self.context_tokens,
            low=0,
            high=10_485_760,
        )
        _require(name="models.threads", value=self.threads, low=0, high=1024)
        _require(
            name="models.remote_timeout_seconds",
            value=self.remote_timeout_seconds,
            low=1,
            high=3600,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """How everything is kept."""

    encryption: Cipher = Cipher.AEGIS
    """Cipher of a new database: aegis, chacha20 (no AES hardware needed) or none."""

    key: KeySource = KeySource.AUTO
    """Where the key is kept: keyring, file, or auto (keyring when one works)."""

    cache_megabytes: int = 64
    """Decrypted pages kept in memory, per connection."""

    busy_seconds: float = 10.0
    """How long to wait while another process writes."""

    def __post_init__(self) -> None:
        _require(
            name="storage.cache_megabytes",
            value=self.cache_megabytes,
            low=1,
            high=65536,
        )
        _require(
            name="storage.busy_seconds", value=self.busy_seconds, low=0.1, high=600
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeSettings:
    """How documents and past messages are found."""

    embedder: str = "bundled"
    """What finds by meaning: bundled, or a local model by its name."""

    rerank_ms: int = 300
    """How long a second, closer look at the best hits may take; 0 never looks."""

    def __post_init__(self) -> None:
        _require(name="knowledge.rerank_ms", value=self.rerank_ms, low=0, high=60_000)
        if not self.embedder.strip():
            raise ConfigError("knowledge.embedder is empty; bundled always works")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorySettings:
    """What is remembered of what you say."""

    mode: MemoryMode = MemoryMode.AUTOMATIC
    """automatic, ask (what is noticed waits for your yes) or off."""

    recall_tokens: int = 200
    """Most that memories may take of a prompt, in tokens."""

    def __post_init__(self) -> None:
        _require(
            name="memory.recall_tokens", value=self.recall_tokens, low=0, high=8192
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacySettings:
    """What is kept out of where it is not needed."""

    mask_documents: bool = False
    """Hide addresses, numbers and keys from the embedder in documents too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectionSettings:
    """How what is said is thought over in idle moments."""

    enabled: bool = True
    """Whether layers run by themselves while Hearth is open."""

    cap: float = 100.0
    """Most salience that a topic can have."""

    warm: float = 1.0
    """A topic with this much shares in what its neighbours earn."""

    propagation: float = 0.3
    """Share of what a topic earns that its warm neighbours earn too."""

    spill: float = 0.5
    """Share of what finds no room below the cap that goes to neighbours instead."""

    retention: float = 0.3
    """Share of what is spent that stays."""

    daily_decay: float = 0.01
    """Share that a topic loses on each day nobody speaks of it."""

    idle_days: int = 7
    """Days without a word before that begins."""

    cost: float = 0.5
    """What it takes to read one message when a topic is thought about."""

    subject_mentions: int = 5
    """How often a word comes up, above its usual, before it is a subject of its own."""

    subjects: int = 20
    """Most subjects at once in one place."""

    def __post_init__(self) -> None:
        bounds = {
            "cap": (1, 100_000),
            "warm": (0, 100_000),
            "propagation": (0, 1),
            "spill": (0, 1),
            "retention": (0, 1),
            "daily_decay": (0, 1),
            "idle_days": (0, 3650),
            "cost": (0.001, 1000),
            "subject_mentions": (2, 10_000),
            "subjects": (0, 1000),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            _require(name=f"reflection.{name}", value=value, low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceSettings:
    """How the terminal interface looks and listens."""

    theme: Look = Look.EMBER
    """ember, paper, contrast or ansi."""

    keys: KeySet = KeySet.PLAIN
    """plain, vim (normal and insert) or emacs; F1 shows those that are chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """What is written to the log file."""

    level: LogLevel = LogLevel.INFO
    """debug, info, warning or error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSettings:
    """What is accepted at once."""

    max_megabytes: float = 10.0
    """Largest text from standard input or a file given with a question."""

    def __post_init__(self) -> None:
        _require(
            name="input.max_megabytes", value=self.max_megabytes, low=0.001, high=4096
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSettings:
    """Which channels beside the terminal are in use."""

    enabled: tuple[str, ...] = ()
    """Plugins that `hearth run --all` starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of them, by section."""

    chat: ChatSettings = field(default_factory=ChatSettings)
    models: ModelSettings = field(default_factory=ModelSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    knowledge: KnowledgeSettings = field(default_factory=KnowledgeSettings)
    memory: MemorySettings = field(default_factory=MemorySettings)
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    reflection: ReflectionSettings = field(default_factory=ReflectionSettings)
    interface: InterfaceSettings = field(default_factory=InterfaceSettings)
    input: InputSettings = field(default_factory=InputSettings)
    log: LogSettings = field(default_factory=LogSettings)
    plugins: PluginSettings = field(default_factory=PluginSettings)
    of_plugins: Mapping[str, object] = field(default_factory=dict)
    """What is set of plugins' own settings, each section as the plugin has it."""
