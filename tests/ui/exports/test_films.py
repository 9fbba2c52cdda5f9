"""Films are copied in by choice, and found again by their content where they were moved."""

from __future__ import annotations

import shutil

import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import find_films
from gaitdesk.store.erasing import FILMS
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.exports.films import FilmsDialog


@pytest.fixture
def dialog(show, store, visit):
    return show(FilmsDialog(lambda: store, visit.id, LastResort()))


def test_films_are_copied_in_under_their_content(qtbot, dialog, store, visit):
    before = {one.sha256: one.path.read_bytes() for one in store.films(visit.id).values()}
    assert dialog.copy_button.text().startswith("Copy 2 film")
    with qtbot.waitSignal(dialog.copied, timeout=90_000):
        dialog.copy_button.click()
    qtbot.waitUntil(lambda: not dialog.copy_button.isVisible())
    for film in store.films(visit.id).values():
        assert film.path.parent == (store.folder / FILMS).absolute()
        assert film.path.stem == film.sha256
        assert film.path.read_bytes() == before[film.sha256]
    assert dialog.list.toPlainText().count("in GaitDesk") == 2


def test_a_moved_film_is_told_and_found_again_by_its_content(qtbot, show, store, visit, tmp_path):
    (name, film), *_ = store.films(visit.id).items()
    elsewhere = tmp_path / "stick" / "renamed.bin"
    elsewhere.parent.mkdir()
    shutil.copy(film.path, elsewhere)
    store.move_film(visit.id, name, tmp_path / "gone.mp4")
    dialog = show(FilmsDialog(lambda: store, visit.id, LastResort()))
    assert "not found at" in dialog.list.toPlainText()
    assert not dialog.copy_button.isEnabled()
    with qtbot.waitSignal(dialog.look_asked):
        dialog.look_button.click()
    assert finish(find_films(visit.id, [elsewhere.parent], store.folder, "Dr. Lin")) == ()
    dialog.show_films()
    assert str(elsewhere) in dialog.list.toPlainText()
    assert not dialog.look_button.isVisible()
    assert dialog.copy_button.isEnabled()


def test_a_film_whose_content_changed_is_not_copied(qtbot, dialog, store, visit, tmp_path):
    (name, film), *_ = store.films(visit.id).items()
    other = tmp_path / "other.mp4"
    content = bytearray(film.path.read_bytes())
    content[-1] ^= 1
    other.write_bytes(content)
    store.move_film(visit.id, name, other)
    dialog.copy_button.click()
    qtbot.waitUntil(lambda: bool(dialog.message.text), timeout=90_000)
    assert "not the film that was analysed" in dialog.message.text
    assert not list((store.folder / FILMS).glob("*")) or len(
        list((store.folder / FILMS).glob("*"))
    ) == len(set(store.films(visit.id)) - {name})
