"""The four looks, as data.

Style sheets name only what is here: no colour is written anywhere else.
"""

from textual.theme import Theme

_EMBER = Theme(
    name="ember",
    dark=True,
    background="#16130f",
    surface="#1c1814",
    panel="#242019",
    foreground="#d9d4cc",
    primary="#e8a35c",
    secondary="#8fb5a6",
    accent="#e8a35c",
    success="#8fb5a6",
    warning="#e0b464",
    error="#e8806a",
    text_alpha=1.0,
    variables={
        "muted": "#a0978a",
        "muted-style": "none",
        "rule": "#3a342b",
        "edge-user": "#8fb5a6",
        "edge-reply": "#e8a35c",
        "edge-quiet": "#4a4338",
        "code": "#e3c08f",
    },
)

_PAPER = Theme(
    name="paper",
    dark=False,
    background="#f7f3ea",
    surface="#f1ebdf",
    panel="#e7dfcf",
    foreground="#2c2822",
    primary="#a8571d",
    secondary="#3f6f62",
    accent="#a8571d",
    success="#3f6f62",
    warning="#85590c",
    error="#a4362a",
    text_alpha=1.0,
    variables={
        "muted": "#655c4f",
        "muted-style": "none",
        "rule": "#d3c8b3",
        "edge-user": "#3f6f62",
        "edge-reply": "#a8571d",
        "edge-quiet": "#c3b69d",
        "code": "#7a3f12",
    },
)

_CONTRAST = Theme(
    name="contrast",
    dark=True,
    background="#000000",
    surface="#121212",
    panel="#1a1a1a",
    foreground="#ffffff",
    primary="#ffc56e",
    secondary="#8ff0d0",
    accent="#ffc56e",
    success="#8ff0d0",
    warning="#ffe08a",
    error="#ff9c8a",
    text_alpha=1.0,
    variables={
        "muted": "#d0d0d0",
        "muted-style": "none",
        "rule": "#8a8a8a",
        "edge-user": "#8ff0d0",
        "edge-reply": "#ffc56e",
        "edge-quiet": "#b0b0b0",
        "code": "#ffe08a",
    },
)

_ANSI = Theme(
    name="ansi",
    dark=True,
    ansi=True,
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    foreground="ansi_default",
    primary="ansi_yellow",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    variables={
        "muted": "ansi_default",
        "muted-style": "dim",
        "rule": "ansi_bright_black",
        "edge-user": "ansi_cyan",
        "edge-reply": "ansi_yellow",
        "edge-quiet": "ansi_bright_black",
        "code": "ansi_yellow",
        "block-cursor-text-style": "underline",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
    },
)


def _dressed(theme: Theme) -> Theme:
    """The same theme, with Textual's own parts in its few colours."""
    ink, ground = theme.foreground or "", theme.background or ""
    variables = theme.variables
    plain = {
        "text": ink,
        "text-muted": variables["muted"],
        "text-disabled": variables["muted"],
        "text-primary": theme.primary,
        "text-secondary": theme.secondary or ink,
        "text-accent": theme.accent or ink,
        "text-success": theme.success or ink,
        "text-warning": theme.warning or ink,
        "text-error": theme.error or ink,
        "border": theme.primary,
        "border-blurred": variables["rule"],
        "scrollbar": variables["rule"],
        "scrollbar-hover": variables["edge-quiet"],
        "scrollbar-active": theme.primary,
        "scrollbar-background": ground,
        "scrollbar-background-hover": ground,
        "scrollbar-background-active": ground,
        "scrollbar-corner-color": ground,
        "block-cursor-background": theme.panel or ground,
        "block-cursor-foreground": ink,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": ground,
        "block-cursor-blurred-foreground": ink,
        "input-cursor-background": theme.primary,
        "input-cursor-foreground": ground,
        "link-color": theme.secondary or ink,
        "link-style": "underline",
        "link-color-hover": theme.primary,
        "link-background-hover": ground,
        "input-cursor-text-style": "none",
        "input-selection-background": variables["edge-quiet"],
        "input-selection-foreground": ink,
        "ansi-background": ground,
        "ansi-foreground": ink,
    }
    return Theme(**{**vars(theme), "variables": {**plain, **variables}})


THEMES = tuple(map(_dressed, (_EMBER, _PAPER, _CONTRAST, _ANSI)))

PLAIN = _ANSI.name
"""The look for a terminal that wants no colours of ours."""

NAMES = tuple(theme.name for theme in THEMES)
