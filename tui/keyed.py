"""The set of keys that holds just now, for all that listens to keys or tells of them.

What the keys do is told by the table; when the set changes, whoever names a key is
asked to name it anew.
"""

from typing import Protocol, runtime_checkable

from textual.app import App
from textual.dom import DOMNode

from assistant.config.settings import KeySet
from tui.keymap import moved


@runtime_checkable
class NamesKeys(Protocol):
    """Shows the names of keys."""

    def name_keys(self) -> object: ...


class KeyedApp(App[None]):
    """An app whose keys are those of a set that can be changed at any time."""

    keys = KeySet.PLAIN

    def use_keys(self, keys: KeySet) -> None:
        """Listen to these from now on."""
        self.keys = keys
        self.set_keymap(moved(keys))
        for screen in {*self.screen_stack, *self._installed_screens.values()}:
            if isinstance(screen, DOMNode) and screen.is_attached:
                for node in screen.walk_children(with_self=True):
                    if isinstance(node, NamesKeys):
                        node.name_keys()


def keys_of(node: DOMNode) -> KeySet:
    """The set that holds where this is shown."""
    app = node.app
    return app.keys if isinstance(app, KeyedApp) else KeySet.PLAIN


def use_keys(node: DOMNode, keys: KeySet) -> None:
    """Let this set hold from now on."""
    app = node.app
    if isinstance(app, KeyedApp):
        app.use_keys(keys)
