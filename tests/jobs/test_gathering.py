"""What a desk may learn from: consent, confirmation, the form agreed on last, one child once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.correction import JointMove
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.domain.progress import finish
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs.erasing import erase_patient
from gaitdesk.jobs.gathering import GatherOrder, agreed_sheet, gather, learning_folder
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.learning import cases, prints, sources
from gaitdesk.learning.cases import CutPlan
from gaitdesk.learning.shards import SUFFIX, save_shard
from gaitdesk.learning.sources import Source, WhyOut
from gaitdesk.phantom.cohort import Split
from gaitdesk.store import vault
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.edits import Identity
from gaitdesk.store.facts import Purpose
from gaitdesk.store.vault import Vault
from tests.childgait.stick import PaintedFilm, film
from tests.jobs.kept_visit import consent
from tests.learning.children import made_shard
from tests.report import made
from tests.store.made import (
    CELLS,
    HIP,
    KNEE,
    PASSPHRASE,
    opened,
    prefilled,
    score,
    score_all,
    scoring,
    sign,
)

PLAN = CutPlan(frames=8, fewest=8, side_px=48, most_per_pass=1)
RATER = "Rater A"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(vault, "WORK", 2)
    return tmp_path / "desk"


@pytest.fixture
def store(desk):
    with opened(desk, RATER) as store:
        yield store


@pytest.fixture(autouse=True)
def read(monkeypatch):
    """Films that are cut; each looks like no other."""
    names: list[str] = []

    def reader(video):
        names.append(video.path.stem)
        return PaintedFilm(film())

    def print_of(video):
        yield from ()
        rng = np.random.default_rng(list(video.path.stem.encode()))
        return prints.FilmPrint(rng.integers(-90, 90, (20, 30)).astype(np.int8))

    monkeypatch.setattr(cases, "VideoReader", reader)
    monkeypatch.setattr(sources, "print_of", print_of)
    return names


def visit(desk, name: str, film_name: str = ""):
    """A visit whose one film is the stick child's, with its own content."""
    path = desk.parent / f"{film_name or name}.mp4"
    path.write_text(f"stands for a film of {path.stem}", encoding="utf-8")
    shown = film(with_mask=False)
    analysis = made.analysis()
    walk = replace(
        analysis,
        patient=replace(analysis.patient, pseudonym=name),
        films=(replace(shown, video=replace(shown.video, path=path, sha256="")),),
        sync=(),
        cycles=(),
        curves=(),
        scoresheet=prefilled(),
    )
    return finish(keep_analysis(walk, Keeping(desk, RATER, day=date(2026, 5, 4))))


def ready(store, desk, name: str, film_name: str = ""):
    """The same, scored, and with consent to learning."""
    session = visit(desk, name, film_name)
    consent(store, session, Purpose.TRAINING)
    score_all(store, session)
    return session


def found(desk, **given):
    return finish(gather(GatherOrder(desk, RATER, plan=PLAN, **given)))


def test_only_confirmed_visits_with_consent_are_learned_from(store, desk):
    session = ready(store, desk, "C-1")
    refused, unread = visit(desk, "C-2"), visit(desk, "C-3")
    score_all(store, refused)
    consent(store, refused, Purpose.RESEARCH)
    consent(store, unread, Purpose.TRAINING)
    held = found(desk)
    assert [one.case for one in held.samples] == [session]
    assert (held.samples[0].scores == 1.0).all()
    why = {one.name[:3]: (one.why, one.text) for one in held.excluded}
    assert why["C-2"][0] is WhyOut.NO_CONSENT
    assert "training" in why["C-2"][1]
    assert why["C-3"][0] is WhyOut.NOTHING_CONFIRMED


def test_a_cell_nobody_confirmed_is_missing_and_never_made_up(store, desk):
    session = visit(desk, "C-1")
    consent(store, session, Purpose.TRAINING)
    score(store, session, Score.MARKED, KNEE)
    (sample,) = found(desk).samples
    assert np.isfinite(sample.scores).sum() == 1
    assert sample.scores[list(Side).index(KNEE[0]), list(Item).index(KNEE[1])] == 2
    assert sample.missing.unconfirmed == 33


def test_withdrawn_consent_takes_the_clips_away(store, desk):
    session = ready(store, desk, "C-1")
    ready(store, desk, "C-2")
    assert len(found(desk).samples) == 2
    consent(store, session, Purpose.TRAINING, is_given=False)
    held = found(desk)
    assert len(held.samples) == 1
    names = {path.name for path in learning_folder(desk).iterdir()}
    assert f"{session}{SUFFIX}" not in names
    assert len(names) == 2


def test_a_corrected_film_is_cut_again_and_a_corrected_score_is_not(store, desk, read):
    session = ready(store, desk, "C-1")
    ready(store, desk, "C-2")
    found(desk)
    read.clear()
    score(store, session, Score.MARKED)
    assert np.nanmax(found(desk).samples[0].scores) == 2
    assert read == []
    move = JointMove(0, Landmark.LEFT_KNEE, 60, Point(300.0, 300.0), 50, 70)
    record_correction(store, session, new_correction("Move", move))
    found(desk)
    assert read == ["C-1"]


def test_the_form_signed_last_counts_also_while_it_is_amended(store, desk):
    session = ready(store, desk, "C-1")
    store.keys.add(PASSPHRASE)
    sign(store, session)
    store.signing.amend(session, "The knee was read wrongly")
    score(store, session, Score.MARKED)
    (sample,) = found(desk).samples
    assert (sample.scores == 1.0).all()
    sign(store, session)
    (sample,) = found(desk).samples
    assert np.nanmax(sample.scores) == 2.0


def test_a_consensus_counts_before_the_first_readers_own_form(store, desk):
    session = ready(store, desk, "C-1")
    reading = store.readings.assign(session, "Rater B", is_blind=False)
    with opened(desk, "Rater B") as second:
        edits = []
        for cell in CELLS:
            held = second.sheet(session, reading).get(*cell)
            edit = scoring(second, session, Score.MODERATE if cell != HIP else Score.NORMAL, cell)
            new = replace(edit.new, proposed=held.proposed if held else ())
            edits.append(replace(edit, old=held, new=new))
        second.record_many(session, edits, reading)
        second.readings.finish(session, reading)
    agreed = store.readings.begin_consensus(session, reading)
    store.readings.settle_by(session, agreed, HIP, reading)
    store.readings.finish(session, agreed)
    cell = agreed_sheet(store, session).get(*HIP)
    assert cell is not None
    assert cell.score is Score.NORMAL
    (sample,) = found(desk).samples
    assert sample.scores[list(Side).index(HIP[0]), list(Item).index(HIP[1])] == 0.0


def test_who_reads_a_visit_blind_is_not_shown_what_others_said(store, desk):
    session = ready(store, desk, "C-1")
    store.readings.assign(session, "Rater B")
    held = finish(gather(GatherOrder(desk, "Rater B", plan=PLAN)))
    assert held.samples == ()
    assert held.excluded[0].why is WhyOut.READ_BLIND


def test_a_renamed_copy_of_a_film_makes_one_child_of_two(store, desk):
    first = ready(store, desk, "C-1")
    second = ready(store, desk, "C-2")
    third = visit(desk, "C-3")
    consent(store, third, Purpose.TRAINING)
    score_all(store, third)
    (film_id,) = store.films(third)
    (facts,) = store.films(first).values()
    store.remove_film(third, film_id)
    store.add_film(third, replace(facts, path=facts.path.with_name("renamed.mp4")))
    patients = {one.case: one.patient for one in found(desk).samples}
    assert patients[first] == patients[third]
    assert patients[first] != patients[second]


def test_one_child_under_two_pseudonyms_is_known_by_name_while_names_are_unlocked(
    store, desk, monkeypatch
):
    key = Vault()
    sessions = [ready(store, desk, name) for name in ("C-1", "C-2")]
    with opened(desk, RATER, key) as keeper:
        keeper.keys.add(PASSPHRASE)
        keeper.keys.unlock(PASSPHRASE)
        for session, words in zip(sessions, ("Amsel, Ida", "ida amsel,"), strict=True):
            who = Identity(words.replace(",", ""), date(2018, 3, 1))
            keeper.set_identity(keeper.visit(session).patient, who)
    assert len({one.patient for one in found(desk).samples}) == 2
    held = found(desk, vault=key)
    assert len({one.patient for one in held.samples}) == 1
    kept = {name for one in held.patients() for name in one.keys}
    assert not any("named" in name for name in kept)


def test_erasing_a_patient_takes_clips_and_prints_along(store, desk):
    session = ready(store, desk, "C-1")
    found(desk)
    assert len(list(learning_folder(desk).iterdir())) == 2
    finish(erase_patient(store.visit(session).patient, "asked to", desk, RATER))
    assert list(learning_folder(desk).iterdir()) == []
    held = found(desk)
    assert held.samples == ()
    assert held.excluded == ()


def test_whom_a_cohort_keeps_for_testing_is_not_learned_from(desk, tmp_path, store):
    folder = tmp_path / "cohort"
    folder.mkdir()
    for number, split in enumerate(Split):
        shard = made_shard(number, is_atypical=bool(number % 2), split=split)
        save_shard(folder / f"{shard.name}{SUFFIX}", shard)
    held = found(desk, has_clinic=False, phantoms=(folder,))
    assert {one.source for one in held.samples} == {Source.PHANTOM}
    assert len({one.patient for one in held.samples}) == 3
    division = sources.dividing(held, tmp_path)
    parts = {one.name: division.parts[one.patient] for one in held.samples}
    assert [name for name, part in parts.items() if part is Split.TEST] == ["T002"]
    with pytest.raises(OptionInvalid, match="no phantom cohort"):
        found(desk, has_clinic=False, phantoms=(tmp_path / "nowhere",))
