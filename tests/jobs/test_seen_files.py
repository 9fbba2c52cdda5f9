"""After a correction in one film of four, that film alone is read, and nothing else comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from gaitdesk.childgait import card
from gaitdesk.childgait import reader as reading
from gaitdesk.childgait.card import load_network
from gaitdesk.childgait.reader import propose_by_network
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.correction import SideSwap
from gaitdesk.domain.evgs import Item, Origin
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.following import look, recalculate
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.jobs.network import keep_answers, read_by_network, to_read
from gaitdesk.jobs.rereading import reread
from gaitdesk.jobs.seen_files import kept_reading, known_films
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.erasing import READINGS
from gaitdesk.store.store import Store
from tests.jobs.painted import painted_visit

NETWORK = "childgait-phantom"
CORRECTED, CLIPS = 0, 4
ROTATION = Item.PELVIC_ROTATION
"""The one item that is read from films of both planes."""


@pytest.fixture(scope="module", autouse=True)
def network():
    """The network that comes along, made to look at four clips of each pass.

    In one thread: where others want the processor, several spend their time on waiting.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as monkeypatch:
        held = load_network(NETWORK)
        config = held.model.config
        held.model.config = replace(config, sampling=replace(config.sampling, most_per_pass=CLIPS))
        monkeypatch.setattr(card, "load_network", lambda name: held)
        yield held
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def visit(tmp_path_factory):
    """A visit read by that network: where, and what was kept of it."""
    folder = tmp_path_factory.mktemp("desk")
    walk = painted_visit(folder / "films")
    session = finish(keep_analysis(walk, Keeping(folder, "Rater A", day=date(2026, 3, 4))))
    answers = finish(read_by_network(session, folder, NETWORK))
    with Store.open(folder, rater="Rater A") as store:
        keep_answers(store, answers)
    place = folder / READINGS / session
    return SimpleNamespace(
        folder=folder, session=session, place=place, first=answers, files=files_of(place)
    )


def files_of(place):
    return {one.name: one.read_bytes() for one in place.iterdir()}


@pytest.fixture(scope="module")
def again(visit, network):
    """The visit read again after sides were swapped in its first film, and what was read for it.

    Attributes:
        left: What a reading that was stopped half-way has left of the files.
        run: The film of each clip that was run through the network.
        answers: What was said then.
        whole: The same, everything read.
    """
    correct(visit, SideSwap(CORRECTED, 20, 50))
    stopped = reread(visit.session, visit.folder)
    for step in stopped:
        if step.text == "Running the network":
            break
    stopped.close()
    left = files_of(visit.place)
    run, steps = [], []
    really = reading._run

    def counted(network, clips, where, notes):
        run.extend(clip.window.film for clip in clips)
        return really(network, clips, where, notes)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(reading, "_run", counted)
        answers = finish(reread(visit.session, visit.folder), steps.append)
    with Store.open(visit.folder) as store:
        films = to_read(store, visit.session, finish(look(store, visit.session)), network).films
        keep_answers(store, answers)
    whole = finish(propose_by_network(films, network))
    return SimpleNamespace(left=left, run=run, steps=steps, answers=answers, whole=whole)


def correct(visit, correction):
    with Store.open(visit.folder, rater="Rater A") as store:
        record_correction(store, visit.session, new_correction("x", correction))
    finish(recalculate(visit.session, visit.folder, "Rater A"))


def test_every_film_was_read_to_begin_with(visit):
    known = known_films(visit.place).values()
    assert sorted(film for one in known for film in {len(one.answers)}) == [CLIPS] * 4
    with Store.open(visit.folder) as store:
        held = store.sheet(visit.session).cells.values()
    assert all(cell.proposed[-1].origin is Origin.NETWORK for cell in held)


def test_a_reading_that_is_stopped_leaves_what_was_kept(visit, again):
    assert again.left == visit.files


def test_only_the_corrected_film_is_run_through_the_network(again):
    assert again.run == [CORRECTED] * len(again.whole.films[CORRECTED].answers)
    assert again.run


def test_progress_tells_of_that_film_alone_and_never_goes_back(again):
    told = {step.text for step in again.steps if step.text.startswith("Reading the clips")}
    assert told == {"Reading the clips of crouch-sagittal.mp4"}
    done = [step.done for step in again.steps if step.total == 1000]
    assert done == sorted(done)


def test_what_follows_is_what_a_whole_reading_says_to_the_last_bit(again):
    assert again.answers.proposals == dict(again.whole.proposals)
    head = {(one.side, one.item): one for one in again.answers.reading.head.answers}
    assert set(head) == set(again.whole.answers)
    for cell, answer in again.whole.answers.items():
        assert head[cell].atypical == answer.atypical
        seen, clip = again.answers.reading.seen(cell), again.whole.clips[answer.deciding]
        assert np.array_equal(seen.numbers, clip.numbers)
        assert np.array_equal(seen.squares, clip.squares)
        kept = again.answers.reading._arrays[f"relevance-{cell[0]}-{cell[1]}"]
        assert np.array_equal(kept, again.whole.relevances[cell])


def test_the_correction_changes_answers_of_its_film_and_of_what_both_planes_show(visit, again):
    before, after = visit.first.proposals, again.answers.proposals
    changed = {item for _, item in after if any(before[s, item] != after[s, item] for s in Side)}
    assert ROTATION in changed
    assert changed - {ROTATION}
    assert not {item for item in changed - {ROTATION} if item.plane.value == "coronal"}


def test_what_is_kept_is_what_was_said_last(visit, again):
    found = kept_reading(visit.folder, visit.session)
    assert found.head == again.answers.reading.head
    for name, array in again.answers.reading._arrays.items():
        assert np.array_equal(found._arrays[name], array), name
    known = {one.key: one for one in known_films(visit.place).values()}
    for film in again.whole.films:
        for kept, said in zip(known[film.key].answers, film.answers, strict=True):
            assert np.array_equal(kept.logits, said.logits)
            assert np.array_equal(kept.times_s, said.times_s)
            assert replace(kept.window, film=said.window.film) == said.window
            assert kept.masked_share == said.masked_share


def test_files_of_films_that_are_not_needed_any_more_are_gone(visit, again):
    assert again.answers
    kept = {one.name for one in visit.place.iterdir()}
    head = kept_reading(visit.folder, visit.session).head
    assert kept == {"reading.json", *(f"{name}.npz" for name in head.films)}
    assert len(kept) == 5
    assert sum(one.stat().st_size for one in visit.place.iterdir()) < 20_000_000
