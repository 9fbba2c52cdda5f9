"""Short questions of the records: an amendment, another reader, the end of a reading, a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import tr
from gaitdesk.store.edits import Identity, SessionId
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.records.asking import AskingDialog
from gaitdesk.ui.theme import em


class DirectDialog(AskingDialog):
    """A question that is answered at once, without a job; a refusal is said in place."""

    def do(self, action: Callable[[], object]) -> None:
        """Do what was asked for; close where it could be done."""
        try:
            action()
        except GaitDeskError as error:
            self.message.say(str(error), "error", can_close=False)
            return
        self.accept()


class RemovalDialog(DirectDialog):
    """Asks whether somebody's passphrase shall be taken away; they may be given a new one.

    Args:
        rater: Whose.
        remove: Takes it away.
    """

    def __init__(
        self,
        rater: str,
        remove: Callable[[], object],
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Take a passphrase away"), tr("Take it away"), last_resort, parent)
        self._remove = remove
        self.explain(
            tr(
                "{rater} can no longer unlock this window, see names or sign. What they have signed"
                " stays valid; they can be let in anew with another passphrase."
            ).format(rater=rater)
        )
        self.cancel_button.setFocus()

    def begin(self) -> None:
        self.do(self._remove)


class AmendDialog(DirectDialog):
    """Asks why a signed visit is opened again.

    Args:
        amend: Opens it, for the reason typed.
    """

    def __init__(
        self,
        signed: str,
        amend: Callable[[str], object],
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Amend a signed visit"), tr("Amend"), last_resort, parent)
        self._amend = amend
        self.explain(
            signed
            + "<br>"
            + tr(
                "The signed version stays as it is and stays readable. What you change becomes a"
                " new version when it is signed; the reason is kept with it."
            )
        )
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(em(self, 6))
        self.reason.textChanged.connect(self._on_changed)
        self.form.addRow(tr("Reason"), self.reason)
        self.reason.setFocus()
        self._on_changed()

    def begin(self) -> None:
        self.do(lambda: self._amend(self.reason.toPlainText()))

    def _on_changed(self) -> None:
        self.accept_button.setEnabled(bool(self.reason.toPlainText().strip()))


class AssignDialog(DirectDialog):
    """Asks who else is to read a visit, and whether blind.

    Args:
        readers: Names that are known, to be completed.
        assign: Has the visit read by the person named, blind or not.
    """

    def __init__(
        self,
        title: str,
        readers: Sequence[str],
        assign: Callable[[str, bool], object],
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Have a visit read once more"), tr("Assign"), last_resort, parent)
        self._assign = assign
        self.explain(f"<b>{title}</b>")
        self.reader = QLineEdit()
        self.reader.setAccessibleName(tr("Second reader"))
        self.reader.setPlaceholderText(tr("The name they sign in with"))
        completer = QCompleter(list(readers), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.reader.setCompleter(completer)
        self.reader.textChanged.connect(self._on_changed)
        self.is_blind = QCheckBox(tr("Blind"))
        self.is_blind.setChecked(True)
        self.form.addRow(tr("Second reader"), self.reader)
        self.form.addRow("", self.is_blind)
        self.explain(
            tr(
                "A blind reader sees the films and an empty form: no scores of others or of"
                " machines, no angles, no curves. They are shown once the reading is finished."
            )
        )
        self.reader.setFocus()
        self._on_changed()

    def begin(self) -> None:
        self.do(lambda: self._assign(self.reader.text(), self.is_blind.isChecked()))

    def _on_changed(self) -> None:
        self.accept_button.setEnabled(bool(self.reader.text().strip()))


class FinishDialog(DirectDialog):
    """Asks whether a reading is finished; it cannot be taken back.

    Args:
        waiting: How many of the 34 items carry no word of the reader.
        finish: Finishes it.
    """

    def __init__(
        self,
        waiting: int,
        finish: Callable[[], object],
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Finish this reading"), tr("Finish"), last_resort, parent)
        self._finish = finish
        if waiting:
            self.explain(
                tr(
                    "<b>%n item(s) carry no word of yours.</b> They would count as not read; score"
                    " them, or say with N why they cannot be scored.",
                    "",
                    waiting,
                )
            )
        self.explain(
            tr(
                "A finished reading never changes. What the other reader and the machine said is"
                " shown from then on."
            )
        )
        self.accept_button.setFocus()

    def begin(self) -> None:
        self.do(self._finish)


class WhoDialog(DirectDialog):
    """Asks who is at the desk from now on; whoever has a passphrase types it next.

    Args:
        names: Known names, who is at the desk first.
        sign_in: Lets the person named be at the desk.
    """

    def __init__(
        self,
        names: Sequence[str],
        sign_in: Callable[[str], object],
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Who is at the desk?"), tr("Sign in"), last_resort, parent)
        self._sign_in = sign_in
        self.explain(tr("Every score, correction and signature is kept with this name."))
        self.who = QComboBox()
        self.who.setEditable(True)
        self.who.addItems(list(names))
        self.who.setAccessibleName(tr("Name"))
        self.form.addRow(tr("Name"), self.who)
        self.who.setFocus()
        line = self.who.lineEdit()
        if line is not None:
            line.selectAll()

    def begin(self) -> None:
        name = self.who.currentText().strip()
        if name:
            self.do(lambda: self._sign_in(name))


class NameDialog(DirectDialog):
    """Asks who a child is; kept sealed, apart from all else.

    Args:
        pseudonym: What the clinic calls the child in files.
        session: The visit whose referrer is asked for.
        known: What is kept of them.
        keep: Keeps it, or erases it with None.
    """

    erased = Signal()

    def __init__(
        self,
        pseudonym: str,
        session: SessionId,
        known: Identity | None,
        keep: Callable[[Identity | None], object],
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Name of the child"), tr("Keep"), last_resort, parent)
        self._keep = keep
        self._session, self._known = session, Identity("") if known is None else known
        self.explain(
            tr(
                "<b>{pseudonym}</b><br>The name is kept sealed and apart from films and scores. It"
                " is shown only while names are unlocked, and goes into no export unless asked for."
            ).format(pseudonym=pseudonym)
        )
        self.name = QLineEdit(known.name if known is not None else "")
        day = known.birth_day if known is not None else None
        self.birth_day = QLineEdit(day.isoformat() if day is not None else "")
        self.birth_day.setPlaceholderText("2018-05-31")
        self.number = QLineEdit(known.record_number if known is not None else "")
        self.referrer = QLineEdit(self._known.referrer(session))
        self.referrer.setPlaceholderText(tr("Person or practice, of this visit"))
        for words, field in (
            (tr("Name"), self.name),
            (tr("Day of birth"), self.birth_day),
            (tr("Record number"), self.number),
            (tr("Referred by"), self.referrer),
        ):
            field.setAccessibleName(words)
            self.form.addRow(words, field)
        self.name.setFocus()

    def begin(self) -> None:
        name, typed = self.name.text().strip(), self.birth_day.text().strip()
        try:
            day = date.fromisoformat(typed) if typed else None
        except ValueError:
            self.message.say(
                tr("Type the day of birth as year-month-day, as in 2018-05-31."), "error"
            )
            self.birth_day.setFocus()
            return
        number = self.number.text().strip()
        told = replace(self._known, name=name, birth_day=day, record_number=number)
        told = told.referred(self._session, self.referrer.text().strip())
        self.do(lambda: self._keep(None if told == Identity("") else told))
