"""The records in pictures: passphrases, lock, signatures, readings, agreement, training, check."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, ItemScore, Origin, Proposal, Score, Scoresheet, State
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import finish
from gaitdesk.i18n import language, tr
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.store import training_cases, vault
from gaitdesk.store.edits import Edit, Identity, Kind, SessionId, cell_key
from gaitdesk.store.facts import Meaning
from gaitdesk.store.store import Store
from gaitdesk.store.verify import BadEntry, Verdict
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.main_window import MainWindow
from gaitdesk.ui.scoring import answers
from gaitdesk.ui.theme import DARK, LIGHT

FIRST, SECOND, TRAINEE = "Dr. Lin", "Dr. Okafor", "J. Meyer"
PASSPHRASE = "seven grey herons"
APART = (
    (Side.LEFT, Item.HEEL_LIFT),
    (Side.LEFT, Item.FOOT_CLEARANCE),
    (Side.RIGHT, Item.STANCE_KNEE_EXTENSION),
    (Side.RIGHT, Item.TRUNK_SAGITTAL),
)


def records(p: Any) -> None:
    """Every dialog and state of the records, in light and in dark."""
    with mock.patch.object(vault, "WORK", 2):
        for theme, name in ((LIGHT, ""), (DARK, "dark-")):
            p.appearance.choose(theme)
            before, p.prefix = p.prefix, f"{p.prefix}{name}"
            data = p.scratch / f"records-{name}{language()}"
            visits = _kept(p, data)
            _passphrases(p, data, visits)
            _signing(p, data, visits)
            _two_readers(p, data, visits)
            _page(p, data, visits)
            p.prefix = before
        p.appearance.choose(LIGHT)


def scored(sheet: Scoresheet, score: Score = Score.MODERATE, apart: Any = ()) -> Scoresheet:
    """A sheet in which a person confirmed what was proposed, or gave one score."""
    for side, item in answers.CELLS:
        held = sheet.get(side, item)
        if answers.can_confirm(held) and (side, item) not in apart:
            sheet = answers.confirmed(sheet, side, item)
            continue
        given = Score.MARKED if (side, item) in apart else score
        if given not in answers.scores(item):
            given = answers.scores(item)[0]
        way = answers.directions(item, given)[0]
        sheet = answers.with_score(sheet, side, item, given, way)
    return sheet


def keep(store: Store, session: SessionId, after: Scoresheet, reading: Any = None) -> None:
    """Keep a sheet as one step."""
    before = store.sheet(session, reading)
    store.record_many(
        session,
        [
            Edit("Score", Kind.CELL, cell_key(*cell), before.get(*cell), after.get(*cell))
            for cell in answers.CELLS
            if before.get(*cell) != after.get(*cell)
        ],
        reading,
    )


def _kept(p: Any, data: Path) -> list[SessionId]:
    """Three visits: one to be signed, one read twice, one to be learnt from."""
    made = []
    for number, day in enumerate((date(2026, 5, 4), date(2026, 8, 3), date(2026, 11, 2))):
        patient = Patient(f"Child-04{17 + number}", 8.4, 1.29)
        job = keep_analysis(_about(p.analysis, patient), Keeping(data, day=day))
        made.append(finish(job))
    with Store.open(data, rater=FIRST) as store:
        store.keys.add(PASSPHRASE)
        store.keys.add(PASSPHRASE, SECOND)
        store.set_identity(
            store.visit(made[0]).patient, Identity("Anna Beispiel", date(2018, 3, 1), "40012")
        )
        for session in made[:2]:
            keep(store, session, scored(store.sheet(session)))
        second = store.readings.assign(made[1], SECOND)
        store.readings.assign(made[0], TRAINEE)
    with Store.open(data, rater=SECOND) as store:
        keep(store, made[1], scored(store.sheet(made[0]), apart=APART), second)
        store.readings.finish(made[1], second)
    with Store.open(data, rater=FIRST) as store:
        held = store.sheet(made[2]).cells
        truth = {cell: _true(cell[1], one) for cell, one in held.items()}
        store.import_sheet(
            made[2], training_cases.with_truth(store.sheet(made[2]), truth), "Training case"
        )
        training_cases.mark(store, made[2])
    with Store.open(data, rater=TRAINEE) as store:
        reading = training_cases.begin(store, made[2])
        keep(store, made[2], scored(Scoresheet(), apart=APART), reading)
        store.readings.finish(made[2], reading)
    return made


def _about(analysis: Any, patient: Patient) -> Any:
    from dataclasses import replace

    return replace(analysis, patient=patient)


def _true(item: Item, held: ItemScore) -> ItemScore:
    """What is true of an item, as if the child had been made up."""
    first = held.proposed[0]
    score = first.score if first.score is not None else Score.NORMAL
    way = first.direction or answers.directions(item, score)[0]
    known = Proposal(
        Origin.PHANTOM,
        "phantom",
        State.SCORED,
        score,
        way,
        measure=first.measure,
        evidence=first.evidence,
        confidence=1.0,
    )
    return ItemScore.from_proposal(known)


def _window(p: Any, data: Path, rater: str) -> MainWindow:
    window = MainWindow(Desk(data, rater), p.appearance, p.last_resort)
    window.resize(1440, 900)
    window.show()
    p.spin(0.1)
    return window


def _opened(p: Any, data: Path, session: SessionId, rater: str, reading: Any = None) -> MainWindow:
    window = _window(p, data, rater)
    window.records.people.lock._on_skipped()
    window.open_anew(session, reading)
    p.until(lambda: window.visit == session and not window.is_busy)
    p.until(lambda: all(one.shown_frame is not None for one in window.work.viewer.panes))
    return window


def _passphrases(p: Any, data: Path, visits: list[SessionId]) -> None:
    window = _window(p, data, FIRST)
    p.spin(0.2)
    p.take(window, "50-names-locked-at-start")
    screen = window.records.people.lock.screen
    QTest.keyClicks(screen.passphrase, "not this one")
    QTest.keyClick(screen.passphrase, Qt.Key.Key_Return)
    p.until(lambda: bool(screen.message.text))
    p.take(window, "50-wrong-passphrase")
    QTest.keyClicks(screen.passphrase, PASSPHRASE)
    QTest.keyClick(screen.passphrase, Qt.Key.Key_Return)
    p.until(lambda: window.records.people.lock.screen is None)
    window.records.people.show_passphrases()
    dialog = window.records.people.dialog
    p.take(dialog, "51-passphrases")
    dialog.ask_other()
    asking = dialog.asking
    QTest.keyClicks(asking.name, TRAINEE)
    QTest.keyClicks(asking.passphrase.first, "herons fly")
    p.take(asking, "51-let-somebody-in")
    asking.reject()
    dialog.ask_change()
    p.take(dialog.asking, "51-change-passphrase")
    dialog.asking.reject()
    dialog.close()
    window.open_anew(visits[0])
    p.until(lambda: window.visit == visits[0] and not window.is_busy)
    window.records.ask_name()
    p.take(window.records.people.dialog, "52-name-of-the-child")
    window.records.people.dialog.reject()
    window.records.people.ask_who()
    p.take(window.records.people.dialog, "52-who-is-at-the-desk")
    window.records.people.dialog.reject()
    # Where there is no desktop, nobody hands the keyboard back to it.
    window.activateWindow()
    p.spin(0.1)
    window.records.offered.lock.trigger()
    p.take(window, "53-locked")
    window.close()
    empty = _window(p, p.scratch / "nobody", FIRST)
    empty.records.offered.lock.trigger()
    p.take(empty.records.people.dialog, "51-first-passphrase")
    empty.records.people.dialog.reject()
    empty.close()


def _signing(p: Any, data: Path, visits: list[SessionId]) -> None:
    window = _opened(p, data, visits[0], FIRST)
    window.records.offered.sign.trigger()
    dialog = window.records.steps.dialog
    dialog.name.setText("Dr. Wei Lin")
    dialog.role.setCurrentIndex(0)
    p.take(dialog, "54-signing")
    dialog.passphrase.setText("wrong")
    dialog.begin()
    p.until(lambda: not dialog.is_working)
    p.take(dialog, "54-signing-refused")
    dialog.passphrase.setText(PASSPHRASE)
    dialog.begin()
    p.until(lambda: window.records.is_fixed)
    QTest.keyClick(window.work.form.cell(*answers.CELLS[3]), Qt.Key.Key_1)
    p.take(window, "55-signed")
    window.records.offered.amend.trigger()
    dialog = window.records.steps.dialog
    dialog.reason.setPlainText("Second film found")
    p.take(dialog, "56-amend")
    dialog.accept_button.click()
    p.spin(0.2)
    side, item = Side.LEFT, Item.HEEL_LIFT
    score = answers.scores(item)[-1]
    window.work.form.give_score(side, item, score, answers.directions(item, score)[0])
    p.take(window, "56-amendment-open")
    window.desk.store.signing.sign(
        visits[0],
        PASSPHRASE,
        name="Dr. Wei Lin",
        role=tr("Physiotherapist"),
        meaning=Meaning.REVIEW,
    )
    window.records.update()
    window.records.offered.versions.trigger()
    p.take(window.records.steps.dialog, "57-versions")
    window.records.steps.dialog.close()
    window.close()


def _two_readers(p: Any, data: Path, visits: list[SessionId]) -> None:
    window = _opened(p, data, visits[1], FIRST)
    window.records.offered.assign.trigger()
    dialog = window.records.steps.dialog
    dialog.reader.setText(TRAINEE)
    p.take(dialog, "58-have-a-visit-read-again")
    dialog.reject()
    window.work.tabs.setCurrentWidget(window.work.readers)
    p.take(window, "60-two-readers")
    window.records.offered.compare.trigger()
    p.until(lambda: not window.is_busy and window.review.visit is not None)
    p.until(lambda: window.review.visit.is_consensus)
    table = window.work.readers.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClicks(window.work.readers.reason, "Seen in frame 31")
    p.take(window, "61-settling")
    window.close()
    window = _opened(p, data, visits[0], TRAINEE)
    p.take(window, "59-read-blind")
    window.records.offered.finish.trigger()
    p.take(window.records.steps.dialog, "59-finish-a-reading")
    window.records.steps.dialog.reject()
    window.close()


def _page(p: Any, data: Path, visits: list[SessionId]) -> None:
    window = _window(p, data, TRAINEE)
    for action, name in (
        ("readings", "62-readings"),
        ("agreement", "63-agreement"),
        ("training", "64-training-set"),
    ):
        getattr(window.records.offered, action).trigger()
        p.until(lambda: not window.records.tabs.jobs.is_busy)
        p.take(window, name)
    window.records_page.training.below.setCurrentIndex(1)
    p.take(window, "65-agreement-over-the-set")
    window.records.offered.check.trigger()
    p.take(window, "66-check")
    window.records_page.check.button.click()
    p.until(lambda: not window.records.tabs.jobs.is_busy)
    p.take(window, "66-records-are-whole")
    window.records_page.check.show_verdict(
        Verdict(
            143,
            (tr("Entry {number} was changed after it was written.").format(number=144),),
            BadEntry(144, "2026-11-02T10:15:30.000000+00:00", visits[0]),
        )
    )
    p.take(window, "66-records-are-not-whole")
    window.close()
