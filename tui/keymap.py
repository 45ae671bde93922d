"""Every key and what it does, once.

Bindings, the command palette and the help screen read this table; nothing in
here knows how an action is carried out. The keys of vim and of emacs are told by
what they move, and by what they add.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from textual.binding import Binding

from assistant.config.settings import KeySet


class Where(StrEnum):
    """Where a key is listened to; EVERYWHERE includes all the others."""

    EVERYWHERE = "Everywhere"
    WRITING = "While writing"
    COMMANDING = "While writing, after Esc"
    SPANNING = "After d, c or y, and while marking"
    READING = "On a message"
    CHOOSING = "In the list of conversations"
    BESIDE = "In the side panel"
    ENCLOSING = "On an attached file"
    LIBRARY = "In the library"
    INSIDE = "Inside a document"
    MODELS = "Among the models"
    MEMORIES = "Among the memories"
    SETTINGS = "Among the settings"


class Action(NamedTuple):
    """Something the user can do with a key."""

    name: str
    keys: str
    help: str
    where: Where = Where.EVERYWHERE

    @property
    def id(self) -> str:
        """Names it among all, wherever its keys are."""
        return f"{self.where.name.lower()}.{self.name}"


ACTIONS = (
    Action("send", "enter", "Send what is written", Where.WRITING),
    Action("break_line", "shift+enter,ctrl+j", "Begin a new line", Where.WRITING),
    Action("recall(-1)", "up", "Earlier question, at the first line", Where.WRITING),
    Action("recall(1)", "down", "Later question, at the last line", Where.WRITING),
    Action("read(-1)", "pageup", "Scroll the conversation up", Where.WRITING),
    Action("read(1)", "pagedown", "Scroll the conversation down", Where.WRITING),
    Action("edit_outside", "f4,alt+e", "Write in your own editor", Where.WRITING),
    Action("stop", "escape", "Stop the answer, or leave what is open"),
    Action("new", "ctrl+n", "Start a new conversation"),
    Action("find", "ctrl+f", "Search all that was said, and documents"),
    Action("find_here", "f3", "Find in this conversation"),
    Action("browse", "ctrl+up,alt+up", "Go to the messages, newest first"),
    Action("again", "ctrl+r", "Answer the last question again"),
    Action("go_on", "ctrl+g", "Go on with a broken answer, or try again"),
    Action("choose_model", "ctrl+o", "Choose the model that answers"),
    Action("choose_persona", "ctrl+t", "Choose who seems to be answering"),
    Action("rename", "f2", "Rename this conversation"),
    Action("export", "ctrl+s", "Save this conversation to a file"),
    Action("toggle_sidebar", "ctrl+b", "Show or hide the conversations"),
    Action("go_to_list", "alt+left", "Go to the conversations"),
    Action("visit('library')", "ctrl+l", "The library: look, and add documents"),
    Action("visit('models')", "f5", "The models: look, fetch, check and choose"),
    Action("visit('memories')", "f8", "What is remembered about you"),
    Action("visit('settings')", "f9", "The settings"),
    Action("app.command_palette", "ctrl+p", "Everything, by name"),
    Action("help", "f1", "Show these keys"),
    Action("app.quit", "ctrl+q", "Leave; everything is saved"),
    Action("step(-1)", "up,k", "The message above", Where.READING),
    Action("step(1)", "down,j", "The message below", Where.READING),
    Action("screen.go_to_end(-1)", "home", "The first message", Where.READING),
    Action("screen.go_to_end(1)", "end", "The last message", Where.READING),
    Action("wish('edit')", "e", "Ask it in other words", Where.READING),
    Action("wish('again')", "r", "Answer it again", Where.READING),
    Action("wish('go_on')", "g", "Go on with it, or try again", Where.READING),
    Action("wish('copy')", "c", "Copy it", Where.READING),
    Action("wish('copy_code')", "b", "Copy its code, block by block", Where.READING),
    Action("wish('copy_all')", "y", "Copy the whole conversation", Where.READING),
    Action("wish('why')", "w", "Why this answer", Where.READING),
    Action("wish('sources')", "s", "Look at what it quotes", Where.READING),
    Action("wish('follow')", "l", "Open what it links to", Where.READING),
    Action("wish('fork')", "f", "Begin another conversation from here", Where.READING),
    Action("wish('approve')", "a", "Yes, remember what waits below it", Where.READING),
    Action("wish('forget')", "d", "Forget what is remembered of it", Where.READING),
    Action("wish('remembered')", "m", "Go to what is remembered of it", Where.READING),
    Action(
        "wish('undo')", "u", "Take back the last step of this sitting", Where.READING
    ),
    Action("wish('previous')", "left", "The version before", Where.READING),
    Action("wish('next')", "right", "The version after", Where.READING),
    Action("screen.find_here", "slash", "Find in here", Where.READING),
    Action("screen.find_next(1)", "n", "The next place found", Where.READING),
    Action("screen.find_next(-1)", "N", "The place found before", Where.READING),
    Action("help", "question_mark", "Show these keys", Where.READING),
    Action("wish('pin')", "p", "Pin it on top, or unpin it", Where.CHOOSING),
    Action("wish('rename')", "r", "Rename it", Where.CHOOSING),
    Action("wish('archive')", "a", "Archive it, or bring it back", Where.CHOOSING),
    Action("wish('delete')", "d,delete", "Delete it", Where.CHOOSING),
    Action("screen.bring_back", "ctrl+z", "Undo a deletion", Where.CHOOSING),
    Action("screen.toggle_archive", "v", "Show the archive, and back", Where.CHOOSING),
    Action("turn(-1)", "left", "What is quoted before", Where.BESIDE),
    Action("turn(1)", "right", "What is quoted next", Where.BESIDE),
    Action("take('copy')", "c", "Copy what is marked", Where.BESIDE),
    Action("take('open')", "o", "Open the document", Where.BESIDE),
    Action("show", "enter", "Look into it", Where.ENCLOSING),
    Action("remove", "delete,backspace", "Take it off again", Where.ENCLOSING),
    Action("leave(-1)", "left,up", "The file before", Where.ENCLOSING),
    Action("leave(1)", "right,down", "The file after, or writing", Where.ENCLOSING),
    Action("look", "enter", "Look inside the document", Where.LIBRARY),
    Action("add", "a", "Add a folder, a file or a web page", Where.LIBRARY),
    Action("open_source", "o", "Open the file or page itself", Where.LIBRARY),
    Action("refresh", "r", "Read it again, if it changed", Where.LIBRARY),
    Action("refresh_all", "R", "Read all again that changed", Where.LIBRARY),
    Action("remove", "d,delete", "Remove it from the library", Where.LIBRARY),
    Action("copy_passage", "c", "Copy the passage", Where.INSIDE),
    Action("use", "enter", "Let this model answer", Where.MODELS),
    Action("check", "c", "Check how it does, and what it can do", Where.MODELS),
    Action("pull", "p", "Fetch a model from the hub", Where.MODELS),
    Action("add", "a", "Add a model file of this machine", Where.MODELS),
    Action("connect", "s", "Connect a server", Where.MODELS),
    Action("remove", "d,delete", "Forget this model", Where.MODELS),
    Action("source", "enter,w", "Show where it is from", Where.MEMORIES),
    Action("jump", "j", "Go to the message it is from", Where.MEMORIES),
    Action("edit", "e", "Correct it", Where.MEMORIES),
    Action("add", "a", "Remember a sentence", Where.MEMORIES),
    Action("forget", "d,delete", "Forget it, for good", Where.MEMORIES),
    Action("approve", "y", "Yes, remember it", Where.MEMORIES),
    Action("reject", "n", "No, do not remember it", Where.MEMORIES),
    Action("turn_view", "v", "What waits, what was, what counts", Where.MEMORIES),
    Action("turn_kind", "t", "One sort only, one after the other", Where.MEMORIES),
    Action("change", "enter", "Change this setting", Where.SETTINGS),
    Action("reset", "d,delete", "Give it its default again", Where.SETTINGS),
)


_MOVED: Mapping[KeySet, Mapping[str, str]] = {
    KeySet.PLAIN: {},
    KeySet.VIM: {
        "everywhere.again": "alt+r",
        "reading.screen.go_to_end(-1)": "g,home",
        "reading.screen.go_to_end(1)": "G,end",
        "reading.wish('go_on')": "full_stop",
        "reading.wish('copy')": "y,c",
        "reading.wish('copy_all')": "Y",
    },
    KeySet.EMACS: {
        "writing.recall(-1)": "up,ctrl+p",
        "writing.recall(1)": "down,ctrl+n",
        "writing.read(-1)": "pageup,alt+v",
        "writing.read(1)": "pagedown,ctrl+v",
        "writing.edit_outside": "ctrl+x ctrl+e,f4",
        "everywhere.stop": "escape,ctrl+g",
        "everywhere.new": "alt+n",
        "everywhere.find": "ctrl+s",
        "everywhere.choose_persona": "alt+p",
        "everywhere.export": "alt+w",
        "everywhere.go_on": "alt+g",
        "everywhere.toggle_sidebar": "alt+s",
        "everywhere.app.command_palette": "alt+x",
        "reading.step(-1)": "up,p",
        "reading.step(1)": "down,n",
        "reading.screen.find_next(1)": "greater_than_sign",
        "reading.screen.find_next(-1)": "less_than_sign",
    },
}
"""Other keys for what is in the table."""

_COMMANDS = (
    Action("go('left')", "h", "Left"),
    Action("recall(1)", "j", "Down; later question"),
    Action("recall(-1)", "k", "Up; earlier question"),
    Action("go('right')", "l", "Right"),
    Action("go('next')", "w", "The next word"),
    Action("go('back')", "b", "The word before"),
    Action("go('end')", "e", "The end of the word"),
    Action("go('first')", "0", "The beginning of the line"),
    Action("go('begin')", "circumflex_accent", "The first letter of the line"),
    Action("go('last')", "dollar_sign", "The end of the line"),
    Action("go('top')", "g g", "The beginning; 2gg the second line"),
    Action("go('bottom')", "G", "The end; 5G the fifth line"),
    Action("seek('to')", "f", "To the letter typed next"),
    Action("seek('till')", "t", "To just before that letter"),
    Action("seek('back_to')", "F", "Back to the letter typed next"),
    Action("seek('back_till')", "T", "Back to just behind it"),
    Action("seek_again(1)", "semicolon", "To that letter once more"),
    Action("seek_again(-1)", "comma", "The same, the other way"),
    Action("write('here')", "i", "Write here"),
    Action("write('after')", "a", "Write after this letter"),
    Action("write('begin')", "I", "Write at the line start"),
    Action("write('last')", "A", "Write at the line's end"),
    Action("write('below')", "o", "Write on a line below"),
    Action("write('above')", "O", "Write on a line above"),
    Action("operate('cut')", "d", "Cut as far as one moves: dw, d2w; dd the line"),
    Action("operate('change')", "c", "Cut it, and write instead: cw, ciw, cc"),
    Action("operate('keep')", "y", "Keep it, to put it: yw, yy"),
    Action("operate('cut', 'right')", "x", "Cut a letter"),
    Action("operate('cut', 'left')", "X", "Cut the letter before"),
    Action("operate('cut', 'last')", "D", "Cut the rest of the line"),
    Action("operate('change', 'right')", "s", "Write instead of this letter"),
    Action("operate('change', 'last')", "C", "Write instead of the rest"),
    Action("operate('change', 'line')", "S", "Write instead of the line"),
    Action("operate('keep', 'line')", "Y", "Keep the line"),
    Action("mark", "v", "Mark, by moving; then d, c or y"),
    Action("put('after')", "p", "Put what was cut after this"),
    Action("put('before')", "P", "Put what was cut before this"),
    Action("replace", "r", "Put the letter typed next in its place"),
    Action("turn_case", "tilde", "Small letter, or large one"),
    Action("join", "J", "Let the line below go on here"),
    Action("undo", "u", "Undo; 3u three times"),
    Action("redo", "ctrl+r,U", "Do it again after all"),
    Action("screen.find", "slash", "Find anything"),
)
"""Vim's. One that operates waits for one that goes, one that seeks for a letter."""

_ADDED: Mapping[KeySet, tuple[Action, ...]] = {
    KeySet.PLAIN: (),
    KeySet.VIM: (
        Action("command", "escape", "Leave off writing, to move", Where.WRITING),
        *(each._replace(where=Where.COMMANDING) for each in _COMMANDS),
        Action("go('word')", "i w", "The word", Where.SPANNING),
        Action("go('words')", "a w", "The word and the blank", Where.SPANNING),
    ),
    KeySet.EMACS: (
        Action("cursor_left", "ctrl+b", "Left", Where.WRITING),
        Action("cursor_right", "ctrl+f", "Right", Where.WRITING),
        Action("go('before')", "alt+b,ctrl+left", "The word before", Where.WRITING),
        Action("go('behind')", "alt+f,ctrl+right", "Behind the word", Where.WRITING),
        Action("go('first')", "ctrl+a,home", "Line start", Where.WRITING),
        Action("go('last')", "ctrl+e,end", "The end of the line", Where.WRITING),
        Action("go('top')", "alt+less_than_sign", "The beginning", Where.WRITING),
        Action("go('bottom')", "alt+greater_than_sign", "The end", Where.WRITING),
        Action("delete_right", "ctrl+d", "Take a letter away", Where.WRITING),
        Action("operate('cut', 'behind')", "alt+d", "Cut the word", Where.WRITING),
        Action(
            "operate('cut', 'before')",
            "alt+backspace,ctrl+w",
            "Cut the word before",
            Where.WRITING,
        ),
        Action("cut_rest", "ctrl+k", "Cut the rest of the line", Where.WRITING),
        Action(
            "operate('cut', 'first')",
            "ctrl+u",
            "Cut the line up to here",
            Where.WRITING,
        ),
        Action("put('before')", "ctrl+y", "Put what was cut", Where.WRITING),
        Action("put_older", "alt+y", "Then what was cut before it", Where.WRITING),
        Action("flip", "ctrl+t", "Let two letters change places", Where.WRITING),
        Action("undo", "ctrl+underscore,ctrl+x u", "Undo", Where.WRITING),
        Action("redo", "alt+underscore", "Do it again after all", Where.WRITING),
        Action("screen.export", "ctrl+x ctrl+s", "Save it to a file", Where.WRITING),
        Action("screen.go_to_list", "ctrl+x b", "To the conversations", Where.WRITING),
        Action("app.quit", "ctrl+x ctrl+c", "Leave", Where.WRITING),
    ),
}
"""What a set knows besides."""


def actions(keys: KeySet) -> tuple[Action, ...]:
    """The whole table as that set has it."""
    moved = _MOVED[keys]
    return (
        *(each._replace(keys=moved.get(each.id, each.keys)) for each in ACTIONS),
        *_ADDED[keys],
    )


def moved(keys: KeySet) -> Mapping[str, str]:
    """The keys of a set that are not those of the table, by an action's id."""
    return _MOVED[keys]


def bindings(where: Where) -> list[Binding]:
    """What Textual is told; it is told of other sets as `moved`, by id."""
    return [
        Binding(
            action.keys,
            action.name,
            action.help,
            show=False,
            system=True,
            id=action.id,
        )
        for action in ACTIONS
        if action.where is where
    ]


def bindings_of(name: str) -> list[Binding]:
    """What Textual is told of one action that works everywhere."""
    return [each for each in bindings(Where.EVERYWHERE) if each.action == name]


def named(where: Where, keys: KeySet = KeySet.PLAIN) -> dict[str, str]:
    """What each key does there, for a widget that must take its keys in order.

    Keys that are pressed one after the other stand with a blank between them.
    """
    return {
        key: action.name
        for action in actions(keys)
        if action.where is where
        for key in action.keys.split(",")
    }


_SPELT = {
    "ctrl": "Ctrl",
    "alt": "Alt",
    "shift": "Shift",
    "enter": "Enter",
    "escape": "Esc",
    "question_mark": "?",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "backspace": "Backspace",
    "home": "Home",
    "end": "End",
    "slash": "/",
    "full_stop": ".",
    "dollar_sign": "$",
    "circumflex_accent": "^",
    "underscore": "_",
    "semicolon": ";",
    "comma": ",",
    "tilde": "~",
    "greater_than_sign": ">",
    "less_than_sign": "<",
}


def spelt(keys: str) -> str:
    """Keys as a person reads them: `ctrl+n,f2` is `Ctrl+N, F2`, `d d` is `dd`."""
    return ", ".join(map(_spelt_strokes, keys.split(",")))


def _spelt_strokes(key: str) -> str:
    strokes = key.split(" ")
    between = " " if any("+" in stroke for stroke in strokes) else ""
    return between.join(map(_spelt_stroke, strokes))


def _spelt_stroke(stroke: str) -> str:
    """A letter alone stays as it is: g and G are two keys."""
    if len(stroke) == 1:
        return stroke
    return "+".join(_SPELT.get(part, part.upper()) for part in stroke.split("+"))


def hint(name: str, keys: KeySet = KeySet.PLAIN, *, where: Where | None = None) -> str:
    """The first key of an action in a set, short: `^N`."""
    known = next(
        action.keys
        for action in actions(keys)
        if action.name == name and where in (None, action.where)
    )
    return short(known.split(",")[0])


def short(key: str) -> str:
    """A key as a line of hints has room for it."""
    return spelt(key).replace("Ctrl+", "^")
