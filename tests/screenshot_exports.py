"""Pictures of exports, consent, films and erasing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

from PySide6.QtCore import QDate, QTimer

from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import Job, Progress, finish
from gaitdesk.i18n import language, tr
from gaitdesk.jobs.casing import Case
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.video import probe
from gaitdesk.report.case import CaseFilm
from gaitdesk.store.consents import today
from gaitdesk.store.facts import Consent, ExportForm, Giver, Purpose
from gaitdesk.store.store import Store
from gaitdesk.ui.exports.order import Left, Order, told_of_case
from gaitdesk.ui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from tests.screenshots import Photographer

DAY = date(2026, 5, 4)


def exporting(p: Photographer) -> None:
    """What leaves the desk, what stands in the way, and what it took to get there."""
    data = p.scratch / f"exports-{language()}"
    films = tuple(
        replace(film, video=replace(film.video, sha256=probe(film.video.path).sha256))
        for film in p.analysis.films
    )
    whole = replace(p.analysis, films=films)
    session = finish(keep_analysis(whole, Keeping(data, "Dr. Lin", day=DAY)))
    other = replace(whole, patient=Patient("Child-0009", 6.0, 1.1))
    finish(keep_analysis(other, Keeping(data, "Dr. Lin", day=date(2026, 6, 4))))
    with Store.open(data, rater="Dr. Lin") as store:
        patient = store.visit(session).patient
        others = store.add_patient("Child-0009")
        given = Consent(True, date(2026, 4, 2), Giver.PARENT)
        store.consents.record(patient, Purpose.CARE, given, "form A, paper file")
        store.consents.record(patient, Purpose.RESEARCH, given, "form B, paper file")
        refused = Consent(False, date(2026, 5, 4), Giver.PATIENT)
        store.consents.record(patient, Purpose.TRAINING, refused)
        store.consents.keep_until(patient, today() + timedelta(days=40))
        store.consents.keep_until(others, today() - timedelta(days=12), "left the clinic")
    window = p.window(data, (1440, 900))
    p.take(window, "60-due-is-said-at-the-start")
    visit = next(one for one in window.browser.visits if one.id == session)
    window.open_visit(visit.id)
    p.until(lambda: window.document is not None)
    _exports(p, window)
    _consent(p, window)
    _films_and_erasing(p, window)
    p.appearance.choose(DARK)
    window.exporting.offer()
    dialog = window.exporting.dialog
    dialog.choose(ExportForm.CASE)
    p.take(dialog, "67-dark-case")
    dialog.close()
    window.exporting.ask_consent()
    p.take(window.exporting.dialog, "67-dark-consent")
    window.exporting.dialog.close()
    p.appearance.choose(LIGHT)
    window.close()


def _exports(p: Photographer, window: Any) -> None:
    window.exporting.offer()
    dialog = window.exporting.dialog
    p.take(dialog, "61-export-of-the-report")
    dialog.choose(ExportForm.CASE)
    p.take(dialog, "61-export-of-a-case")
    dialog.choices.purposes.setCurrentIndex(1)
    p.take(dialog, "62-export-is-blocked")
    dialog.choices.purposes.setCurrentIndex(0)
    dialog.choices.place.setText(str(p.scratch / f"case-{language()}.zip"))
    is_further = threading.Event()

    def hiding(order: Order) -> Job[Left]:
        while not is_further.wait(0.02):
            yield Progress(420, 1000, tr("Hiding heads in {name}").format(name="side.mp4"))
        films = (CaseFilm("film-1-sagittal.mp4", 120, (3, 4, 5, 90), "ab" * 32),)
        return told_of_case(Case(order.out, "X-7KQM3RWD", films))

    with mock.patch("gaitdesk.ui.exports.dialog.carrying_out", hiding):
        dialog.export_button.click()
        p.spin(1.0)
        p.take(dialog, "63-export-under-way")
        is_further.set()
        p.until(lambda: not dialog.is_working)
        p.take(dialog, "63-exported")
    dialog.choose(ExportForm.LABELS)
    p.take(dialog, "63-training-data")
    dialog.choose(ExportForm.RESEARCH)
    dialog.choices.place.setText(str(p.scratch / f"research-{language()}"))
    dialog.export_button.click()
    p.until(lambda: dialog.left is not None and not dialog.is_working)
    p.take(dialog, "63-research-table")
    dialog.close()


def _consent(p: Photographer, window: Any) -> None:
    window.exporting.ask_consent()
    dialog = window.exporting.dialog
    dialog.decision.on_day.setDate(QDate(2026, 5, 4))
    p.take(dialog, "64-consent-and-retention")
    dialog.close()


def _films_and_erasing(p: Photographer, window: Any) -> None:
    window.exporting.show_films()
    p.take(window.exporting.dialog, "65-films-of-the-visit")
    window.exporting.dialog.close()
    window.exporting.show_due()
    due = window.exporting.dialog
    p.take(due, "66-due-for-erasing")
    due.erase_button.click()
    erasing = window.exporting.dialog
    p.take(erasing, "66-erasing")
    erasing.reason.setText("")
    erasing.typed.setText("Child-0009")
    erasing.reason.setText("past the last day")
    p.take(erasing, "66-erasing-typed")
    QTimer.singleShot(0, erasing.erase)
    p.until(lambda: erasing.erase_button.isHidden())
    p.take(erasing, "66-erased")
    erasing.close()
    due.close()
