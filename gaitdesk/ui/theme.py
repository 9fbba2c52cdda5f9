"""Colours, sizes and fonts of the window, light and dark; one palette for widgets and drawings.

Scores and limbs keep the hues of the printed report. They are told apart by readers who confuse
red and green (after Okabe & Ito 2008), and every state has a shape besides its colour.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Score
from gaitdesk.paths import resources_folder


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance, as "#rrggbb".

    Attributes:
        is_dark: Whether light ink stands on dark ground.
        window, surface, raised: Ground of the window, of panels, of what lies on panels.
        ink, soft: Text, and text of less weight.
        hairline, outline: Lines that divide, and lines that bound what can be operated.
        accent, on_accent: Of what is chosen or primary, and text upon it.
        focus: The ring around what has the keyboard.
        hover: Ground under the mouse.
        chosen: Ground of a button that is switched on; a bar at its foot says so without colour.
        left, right: The limbs.
        normal, moderate, marked: Ground of a confirmed score.
        on_normal, on_moderate, on_marked: Digit upon it.
        normal_line, moderate_line, marked_line: Outline of a proposed score.
        band: Typically developing children.
        warning, on_warning: Ground of what needs attention, and text upon it.
        error, on_error: Ground of what went wrong, and text upon it.
        good: What is well.
    """

    is_dark: bool
    window: str
    surface: str
    raised: str
    ink: str
    soft: str
    hairline: str
    outline: str
    accent: str
    on_accent: str
    focus: str
    hover: str
    chosen: str
    left: str
    right: str
    normal: str
    moderate: str
    marked: str
    on_normal: str
    on_moderate: str
    on_marked: str
    normal_line: str
    moderate_line: str
    marked_line: str
    band: str
    warning: str
    on_warning: str
    error: str
    on_error: str
    good: str

    def score_ground(self, score: Score) -> str:
        """Ground of a confirmed score."""
        return (self.normal, self.moderate, self.marked)[score]

    def score_ink(self, score: Score) -> str:
        """Digit on a confirmed score."""
        return (self.on_normal, self.on_moderate, self.on_marked)[score]

    def score_line(self, score: Score) -> str:
        """Outline of a proposed score."""
        return (self.normal_line, self.moderate_line, self.marked_line)[score]

    def side(self, side: Side) -> str:
        """Colour of a limb."""
        return self.left if side is Side.LEFT else self.right


LIGHT = Theme(
    is_dark=False,
    window="#EEF2F5",
    surface="#FFFFFF",
    raised="#F5F8FA",
    ink="#1B252E",
    soft="#51606C",
    hairline="#D3DBE1",
    outline="#7A8994",
    accent="#17456B",
    on_accent="#FFFFFF",
    focus="#0072B2",
    hover="#E3ECF3",
    chosen="#D8E8F5",
    left="#0067A5",
    right="#AE4500",
    normal="#4A6072",
    moderate="#F3B83F",
    marked="#9C2F06",
    on_normal="#FFFFFF",
    on_moderate="#1B252E",
    on_marked="#FFFFFF",
    normal_line="#4A6072",
    moderate_line="#946200",
    marked_line="#9C2F06",
    band="#DDE4EA",
    warning="#FFF3D6",
    on_warning="#5A3F00",
    error="#FBE6DF",
    on_error="#7A2305",
    good="#00664D",
)

DARK = Theme(
    is_dark=True,
    window="#11171C",
    surface="#1A222A",
    raised="#222C35",
    ink="#E8EDF1",
    soft="#A9B6C1",
    hairline="#313D47",
    outline="#7C8B97",
    accent="#8CC8F2",
    on_accent="#0C1A26",
    focus="#56B4E9",
    hover="#2A3742",
    chosen="#1B3A52",
    left="#6DB9F2",
    right="#F5A163",
    normal="#9DB2C3",
    moderate="#F3B83F",
    marked="#F5835A",
    on_normal="#11171C",
    on_moderate="#11171C",
    on_marked="#11171C",
    normal_line="#9DB2C3",
    moderate_line="#F3B83F",
    marked_line="#F5835A",
    band="#2C3842",
    warning="#3B2F12",
    on_warning="#FFDD92",
    error="#45211A",
    on_error="#FFC3AE",
    good="#5FD0B0",
)

FONT_FAMILIES = (
    "Open Sans",
    # What Open Sans lacks, Chinese above all, comes from what the system has.
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
TEXT_POINTS = 10.0
USUAL_EM = 13.0
"""Letter width, screen points, that drawings of fixed size were made for."""
SMALLEST_TEXT, LARGEST_TEXT = 0.8, 2.0


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21.

    Source:
        WCAG 2.2, "contrast ratio" and "relative luminance".
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = []
    for start in (1, 3, 5):
        share = int(colour[start : start + 2], 16) / 255
        linear.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class Appearance(QObject):
    """Which theme is worn: the system's, light or dark, and how large the text is.

    Signals:
        changed: The `Theme` now worn; also sent when the text size changes.
    """

    changed = Signal(object)

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._chosen: Theme | None = None
        self._text_share = 1.0
        self._worn: tuple[Theme, float] | None = None
        _load_fonts()
        application.setStyle(QStyleFactory.create("Fusion"))
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._wear()

    def choose(self, theme: Theme | None) -> None:
        """Wear a theme, or the system's with None."""
        self._chosen = theme
        self._wear()

    @property
    def chosen(self) -> Theme | None:
        """The theme that was chosen; None where the system chooses."""
        return self._chosen

    @property
    def text_share(self) -> float:
        """Size of the text, 1.0 as it comes."""
        return self._text_share

    def set_text_share(self, share: float) -> None:
        """Make all text, and with it everything else, larger or smaller."""
        self._text_share = min(LARGEST_TEXT, max(SMALLEST_TEXT, share))
        self._wear()

    def _on_system_changed(self) -> None:
        if self._chosen is None:
            self._wear()

    def _wear(self) -> None:
        theme = self._chosen or system_theme()
        if (theme, self._text_share) == self._worn:
            return
        self._worn = theme, self._text_share
        _current.theme = theme
        font = QFont(list(FONT_FAMILIES))
        font.setPointSizeF(TEXT_POINTS * self._text_share)
        _current.letters = QFontInfo(font).pixelSize() / USUAL_EM
        self._application.setFont(font)
        self._application.setPalette(palette(theme))
        for kind in OUTLINED:
            # Qt for Python states bytes here, and takes words alone.
            self._application.setPalette(outlined_palette(theme), kind)  # type: ignore[arg-type]
        self._application.setStyleSheet(style_sheet(theme, QFontInfo(font).pixelSize()))
        self.changed.emit(theme)


class _Current:
    def __init__(self) -> None:
        self.theme = LIGHT
        self.letters = 1.0


_current = _Current()


def current() -> Theme:
    """The theme now worn; drawings ask for it whenever they paint."""
    return _current.theme


def system_theme() -> Theme:
    """What the system asks for."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def em(widget: QWidget, size: float = 1.0) -> int:
    """A length in widths of the widget's letters, so that everything grows with the text."""
    return max(1, round(QFontInfo(widget.font()).pixelSize() * size))


def text_scale(widget: QWidget) -> float:
    """How large a widget's letters are; 1.0 is the size drawings of fixed size were made for."""
    return QFontInfo(widget.font()).pixelSize() / USUAL_EM


def on_screen(widget: QWidget, wide: float, high: float) -> QSize:
    """A size in letter widths, but no larger than the screen has room for."""
    room = widget.screen().availableSize()
    return QSize(
        min(em(widget, wide), round(0.94 * room.width())),
        min(em(widget, high), round(0.9 * room.height())),
    )


def letter_scale() -> float:
    """How large the letters now worn are; see `text_scale`."""
    return _current.letters


def _load_fonts() -> None:
    for name in ("OpenSans-Regular.ttf", "OpenSans-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(resources_folder() / "fonts" / name))


def palette(theme: Theme) -> QPalette:
    """Qt's own palette from a theme."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.window),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Button, theme.raised),
        (role.Mid, theme.hairline),
        (role.Dark, theme.outline),
        (role.WindowText, theme.ink),
        (role.Text, theme.ink),
        (role.ButtonText, theme.ink),
        (role.BrightText, theme.on_error),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.ink),
        (role.PlaceholderText, theme.soft),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.focus),
    ):
        made.setColor(which, QColor(colour))
    faded = QColor(theme.soft)
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, faded)
    return made


OUTLINED = ("QCheckBox", "QRadioButton", "QComboBox", "QAbstractSpinBox", "QSlider", "QLineEdit")
"""What Qt's style bounds by a line of its own, which is hardly seen on dark ground, and the line
of text in it."""


def outlined_palette(theme: Theme) -> QPalette:
    """A palette whose outlines are those of the theme: Fusion takes the window, darkened by 140."""
    made = palette(theme)
    role, faded = QPalette.ColorRole, QPalette.ColorGroup.Disabled
    made.setColor(role.Window, QColor(theme.outline).lighter(140))
    made.setColor(faded, role.Window, QColor(theme.hairline).lighter(140))
    for which in (role.Base, role.Button):
        made.setColor(faded, which, QColor(theme.window))
    return made


def style_sheet(theme: Theme, em_px: int) -> str:
    """What the palette cannot say; lengths are shares of the letter size."""
    values = {field.name: getattr(theme, field.name) for field in fields(theme)}
    padding, line = max(1, round(0.25 * em_px)), max(3, round(0.12 * em_px))
    values |= {
        "line": line,
        # What is drawn on a button stays in its middle above the line under it.
        "e3_line": max(0, padding + 1 - line),
        "e4_line": max(0, max(2, round(0.35 * em_px)) + 1 - line),
        "e3": padding,
        "e4": max(2, round(0.35 * em_px)),
        "e6": max(3, round(0.5 * em_px)),
        "e9": max(4, round(0.75 * em_px)),
        "field": round(1.7 * em_px),
        "box": em_px,
        "small": max(8, round(0.88 * em_px)),
        "large": round(1.15 * em_px),
        "huge": round(1.7 * em_px),
    }
    return _SHEET.format_map(values)


_SHEET = """
QToolTip {{ background: {raised}; color: {ink}; border: 1px solid {outline}; padding: {e3}px; }}
QFrame[card="true"] {{ background: {surface}; border: 1px solid {hairline};
    border-radius: {e6}px; }}
QLabel[role="title"] {{ font-size: {huge}px; font-weight: bold; color: {ink}; }}
QLabel[role="heading"] {{ font-size: {large}px; font-weight: bold; color: {ink}; }}
QLabel[role="soft"] {{ color: {soft}; }}
QLabel[role="small"] {{ color: {soft}; font-size: {small}px; }}
QLabel[role="key"] {{ background: {raised}; border: 1px solid {outline};
    border-radius: {e3}px; padding: 0 {e4}px; }}
QFrame[tone="warning"] {{ background: {warning}; border: 1px solid {moderate_line};
    border-radius: {e4}px; }}
QFrame[tone="warning"] QLabel {{ color: {on_warning}; }}
QFrame[tone="error"] {{ background: {error}; border: 1px solid {marked_line};
    border-radius: {e4}px; }}
QFrame[tone="error"] QLabel {{ color: {on_error}; }}
QFrame[tone="note"] {{ background: {raised}; border: 1px solid {hairline};
    border-radius: {e4}px; }}
QPushButton {{ background: {raised}; color: {ink}; border: 1px solid {outline};
    border-radius: {e4}px; padding: {e4}px {e9}px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:checked {{ background: {chosen}; border: 1px solid {accent};
    border-bottom: {line}px solid {accent}; padding-bottom: {e4_line}px; }}
QPushButton:focus {{ border: 2px solid {focus}; }}
QPushButton:checked:focus {{ border-bottom: {line}px solid {focus}; }}
QPushButton:disabled {{ color: {soft}; border-color: {hairline}; background: {window}; }}
QPushButton[primary="true"] {{ background: {accent}; color: {on_accent};
    border: 1px solid {accent}; font-weight: bold; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {moderate}; }}
QPushButton[primary="true"]:disabled {{ background: {hairline}; color: {soft};
    border-color: {hairline}; }}
QPushButton[flat="true"] {{ background: transparent; border: 1px solid transparent; }}
QPushButton[flat="true"]:hover {{ background: {hover}; }}
QPushButton[flat="true"]:checked {{ background: {chosen}; border: 1px solid {accent};
    padding-bottom: {e4}px; }}
QPushButton[flat="true"]:focus {{ border: 2px solid {focus}; }}
QToolButton {{ border: 1px solid transparent; border-radius: {e3}px; padding: {e3}px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:checked {{ background: {chosen}; border: 1px solid {accent};
    border-bottom: {line}px solid {accent}; padding-bottom: {e3_line}px; }}
QToolButton:focus {{ border: 1px solid {focus}; }}
QToolButton:checked:focus {{ border-bottom: {line}px solid {focus}; }}
QDialogButtonBox {{ button-layout: 3; }}
QLineEdit, QPlainTextEdit {{ background: palette(base); color: {ink};
    placeholder-text-color: {soft}; border: 1px solid {outline}; border-radius: {e3}px;
    padding: {e3}px; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {focus}; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ color: {soft}; border-color: {hairline};
    background: {window}; }}
QCheckBox::indicator {{ width: {box}px; height: {box}px; }}
QComboBox, QAbstractSpinBox {{ min-height: {field}px; }}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {{ border: none; padding: 0; }}
QComboBox QLineEdit:focus, QAbstractSpinBox QLineEdit:focus {{ border: none; }}
QTabWidget::pane {{ border: 1px solid {hairline}; border-radius: {e3}px;
    background: {surface}; top: -1px; }}
QTabBar::tab {{ padding: {e4}px {e9}px; color: {soft}; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {ink}; border-bottom: 2px solid {accent}; font-weight: bold; }}
QTabBar::tab:hover {{ background: {hover}; }}
QTabBar::tab:focus {{ border: 2px solid {focus}; }}
QProgressBar {{ background: {hairline}; border: none; border-radius: {e3}px;
    text-align: center; color: {ink}; min-height: {e6}px; max-height: {e6}px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: {e3}px; }}
QListView, QTreeView, QTableView {{ background: {surface}; color: {ink};
    border: 1px solid {hairline}; border-radius: {e3}px; outline: 1px solid {focus}; }}
QListWidget::item {{ padding: {e3}px {e4}px; }}
QListWidget::item:selected {{ background: {accent}; color: {on_accent}; }}
QListView:focus, QTreeView:focus, QTableView:focus {{ border: 2px solid {focus}; }}
QHeaderView {{ color: {soft}; font-weight: bold; }}
QHeaderView::section {{ background: {raised}; border: none;
    border-bottom: 1px solid {hairline}; padding: {e3}px {e4}px; }}
QMenuBar {{ background: {window}; color: {ink}; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {hover}; color: {ink}; }}
QMenu {{ background: {surface}; color: {ink}; border: 1px solid {outline}; }}
QMenu::item {{ padding: {e3}px {e9}px; }}
QMenu::item:disabled {{ color: {soft}; }}
QMenu::icon:checked {{ background: {chosen}; border: 1px solid {accent}; border-radius: {e3}px; }}
QStatusBar {{ color: {soft}; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea:focus {{ border: 1px solid {focus}; border-radius: {e3}px; }}
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: {e9}px; }}
QScrollBar:horizontal {{ height: {e9}px; }}
QScrollBar::handle {{ background: {outline}; border: 2px solid {window};
    border-radius: {e4}px; }}
QScrollBar::handle:vertical {{ min-height: {field}px; }}
QScrollBar::handle:horizontal {{ min-width: {field}px; }}
QScrollBar::handle:hover {{ background: {ink}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {window}; }}
QSplitter::handle:hover {{ background: {hover}; }}
"""
