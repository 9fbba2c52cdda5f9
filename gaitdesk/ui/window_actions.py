"""What can be done in the window by menu and key, and the menus that offer it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from gaitdesk.i18n import retold, titled, tr
from gaitdesk.ui.language_menu import LanguageMenu
from gaitdesk.ui.theme import DARK, LIGHT, Appearance, Theme


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which actions may be used.

    Attributes:
        is_free: Whether no job is running.
        is_start: Whether nothing is done yet.
        is_open: Whether a visit is open.
        is_second_reading: Whether it is shown as a second reader reads it.
        is_blind: Whether its scores are hidden from who is at the desk.
        can_compare: Whether there may be visits to compare.
        can_read: Whether a network can read the visit.
        undo_text, redo_text: What undo and redo would do; None where there is nothing.
    """

    is_free: bool
    is_start: bool
    is_open: bool
    is_second_reading: bool
    is_blind: bool
    can_compare: bool
    can_read: bool
    undo_text: str | None
    redo_text: str | None


@dataclass(frozen=True, slots=True)
class WindowActions:
    """The window's actions; what they do is connected by the window."""

    open: QAction
    demo: QAction
    close: QAction
    save: QAction
    report: QAction
    export: QAction
    films: QAction
    consent: QAction
    due: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    browser: QAction
    search: QAction
    compare: QAction
    details: QAction
    larger: QAction
    smaller: QAction
    usual: QAction
    keys: QAction
    about: QAction
    network: QAction
    teach: QAction
    models: QAction
    pane: QAction
    panel: QAction

    def all(self) -> tuple[QAction, ...]:
        """All of them."""
        return tuple(getattr(self, one.name) for one in fields(self))

    def suit(self, now: Standing) -> None:
        """Offer what may be done now, and name what undo and redo would do."""
        is_idle_visit = now.is_free and now.is_open
        for action, is_offered in (
            (self.open, now.is_free),
            (self.demo, now.is_free),
            (self.close, now.is_free and not now.is_start),
            (self.save, is_idle_visit and not now.is_blind),
            (self.report, is_idle_visit and not now.is_blind),
            (self.export, now.is_free),
            (self.films, is_idle_visit),
            (self.consent, is_idle_visit),
            (self.due, now.is_free),
            (self.compare, now.is_free and now.can_compare),
            (self.details, is_idle_visit and not now.is_second_reading),
            (self.network, now.can_read),
        ):
            action.setEnabled(is_offered)
        for action, text, plain in (
            (self.undo, now.undo_text, tr("Undo")),
            (self.redo, now.redo_text, tr("Redo")),
        ):
            action.setEnabled(text is not None)
            action.setText(titled(plain, retold(text)) if text is not None else plain)


def make_actions(window: QMainWindow) -> WindowActions:
    """The actions of a window, with their keys."""
    key, standard = QKeySequence, QKeySequence.StandardKey

    def action(text: str, *keys: QKeySequence) -> QAction:
        made = QAction(text, window)
        made.setShortcuts(list(keys))
        return made

    made = WindowActions(
        open=action(tr("Open films …"), key(standard.Open)),
        demo=action(tr("Try it on a made-up child")),
        close=action(tr("Close the visit"), key("Ctrl+W")),
        save=action(tr("Save the results …"), key("Ctrl+E")),
        report=action(tr("Look at the report"), key("Ctrl+P")),
        export=action(tr("Export …"), key("Ctrl+Shift+E")),
        films=action(tr("Films of this visit …")),
        consent=action(tr("Consent and retention …"), key("Ctrl+Shift+K")),
        due=action(tr("Patients due for erasing …")),
        quit=action(tr("Quit"), key("Ctrl+Q")),
        undo=action(tr("Undo"), key("Ctrl+Z")),
        redo=action(tr("Redo"), key("Ctrl+Shift+Z"), key("Ctrl+Y")),
        browser=action(tr("Patients and visits"), key("Ctrl+B")),
        search=action(tr("Search visits"), key("Ctrl+F")),
        compare=action(tr("Compare with the visit before"), key("Ctrl+D")),
        details=action(tr("Child, day and conditions …"), key("F2")),
        larger=action(tr("Larger text"), key("Ctrl++"), key("Ctrl+=")),
        smaller=action(tr("Smaller text"), key("Ctrl+-")),
        usual=action(tr("Usual text size"), key("Ctrl+0")),
        keys=action(tr("Keys")),
        about=action(tr("About GaitDesk")),
        network=action(tr("Read by the network"), key("Ctrl+R")),
        teach=action(tr("Train the network …"), key("Ctrl+T")),
        models=action(tr("Models …"), key("Ctrl+Shift+M")),
        pane=action(tr("From form to films and back"), key("F6")),
        panel=action(tr("To item, totals and curves"), key("Shift+F6")),
    )
    made.browser.setCheckable(True)
    for one in made.all():
        window.addAction(one)
    return made


def fill_menus(
    window: QMainWindow, offered: WindowActions, appearance: Appearance, languages: LanguageMenu
) -> None:
    """Offer the actions in the menus of a window, with appearance and language beside them."""
    bar = window.menuBar()
    _fill(
        bar.addMenu(tr("&File")),
        (offered.open, offered.demo, offered.close),
        (offered.report, offered.export, offered.save),
        (offered.films, offered.consent, offered.due),
        (offered.quit,),
    )
    _fill(
        bar.addMenu(tr("&Edit")),
        (offered.undo, offered.redo),
        (offered.network, offered.teach, offered.models),
    )
    view = bar.addMenu(tr("&View"))
    _fill(
        view,
        (offered.browser, offered.search, offered.compare, offered.pane, offered.panel),
        (offered.larger, offered.smaller, offered.usual),
    )
    view.addSeparator()
    _offer_looks(view.addMenu(tr("Appearance")), appearance)
    view.addMenu(languages)
    _fill(bar.addMenu(tr("&Help")), (offered.keys, offered.about))


def _offer_looks(menu: QMenu, appearance: Appearance) -> None:
    group = QActionGroup(menu)
    themes: tuple[tuple[str, Theme | None], ...] = (
        (tr("As the system"), None),
        (tr("Light"), LIGHT),
        (tr("Dark"), DARK),
    )
    for text, theme in themes:
        made = menu.addAction(text)
        made.setCheckable(True)
        made.setChecked(theme is appearance.chosen)
        made.setData(theme)
        group.addAction(made)
    group.triggered.connect(lambda chosen: appearance.choose(chosen.data()))


def _fill(menu: QMenu, *groups: tuple[QAction, ...]) -> None:
    for number, group in enumerate(groups):
        if number:
            menu.addSeparator()
        menu.addActions(list(group))
