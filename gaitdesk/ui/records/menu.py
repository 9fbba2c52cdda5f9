"""What can be done with the records by menu and key."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from gaitdesk.i18n import tr
from gaitdesk.ui.records.screen_lock import KEY


@dataclass(frozen=True, slots=True)
class RecordsActions:
    """The actions of the records; what they do is connected by `Records`."""

    write: QAction
    sign: QAction
    amend: QAction
    versions: QAction
    assign: QAction
    finish: QAction
    compare: QAction
    teach: QAction
    readings: QAction
    agreement: QAction
    training: QAction
    check: QAction
    who: QAction
    name: QAction
    passphrases: QAction
    lock: QAction

    def all(self) -> tuple[QAction, ...]:
        """All of them."""
        return tuple(getattr(self, one.name) for one in fields(self))


def make_records_actions(window: QMainWindow) -> RecordsActions:
    """The actions of a window, with their keys."""

    def action(text: str, *keys: str) -> QAction:
        made = QAction(text, window)
        made.setShortcuts([QKeySequence(key) for key in keys])
        return made

    made = RecordsActions(
        write=action(tr("Findings and recommendations …"), "F7"),
        sign=action(tr("Sign …"), "Ctrl+Shift+S"),
        amend=action(tr("Amend …"), "Ctrl+Shift+A"),
        versions=action(tr("Versions …")),
        assign=action(tr("Have the visit read once more …")),
        finish=action(tr("Finish this reading …"), "Ctrl+Return"),
        compare=action(tr("Settle to a consensus")),
        teach=action(tr("Use as a training case")),
        readings=action(tr("Readings"), "Ctrl+Shift+R"),
        agreement=action(tr("Agreement")),
        training=action(tr("Training set"), "Ctrl+Shift+T"),
        check=action(tr("Check the records")),
        who=action(tr("Who is at the desk …")),
        name=action(tr("Name of the child …"), "Shift+F2"),
        passphrases=action(tr("Passphrases and lock …")),
        lock=action(tr("Lock now"), KEY),
    )
    made.teach.setCheckable(True)
    for one in made.all():
        window.addAction(one)
    return made


def add_records_menu(window: QMainWindow, offered: RecordsActions) -> QMenu:
    """Offer the actions in a menu before the last one, which is Help."""
    menu = QMenu(tr("&Records"), window)
    groups = (
        (offered.write, offered.sign, offered.amend, offered.versions),
        (offered.assign, offered.finish, offered.compare, offered.teach),
        (offered.readings, offered.agreement, offered.training, offered.check),
        (offered.name, offered.who, offered.passphrases, offered.lock),
    )
    for number, group in enumerate(groups):
        if number:
            menu.addSeparator()
        menu.addActions(list(group))
    bar = window.menuBar()
    entries = bar.actions()
    if entries:
        bar.insertMenu(entries[-1], menu)
    else:
        bar.addMenu(menu)
    return menu
