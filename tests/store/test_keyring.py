"""Names are sealed at rest, and a passphrase can be changed, handed on and taken away."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from gaitdesk.domain.errors import StoreDamaged
from gaitdesk.domain.refusals import (
    NamesLocked,
    PassphraseKept,
    PassphraseNeeded,
    PassphraseTooShort,
    PassphraseWrong,
)
from gaitdesk.store import backups
from gaitdesk.store.database import BACKUPS
from gaitdesk.store.edits import Identity
from gaitdesk.store.store import STORE_FILE
from gaitdesk.store.verify import verify
from tests.store.made import PASSPHRASE, opened, visit

ANNA = Identity("M\u00fcller, Anna", date(2018, 2, 3), "77-1")


@pytest.fixture
def patient(store, session):
    """A patient whose name is kept."""
    store.keys.add(PASSPHRASE)
    name = store.visit(session).patient
    store.set_identity(name, ANNA)
    return name


def all_bytes(folder) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


def is_named(folder) -> bool:
    """Whether any file of a folder holds the name or its number in the clear."""
    content = all_bytes(folder)
    spelt = json.dumps(ANNA.name)[1:-1].encode()
    return any(word in content for word in (ANNA.name.encode(), spelt, b"Anna", b"77-1"))


def test_no_name_is_kept_without_a_passphrase(store, session, folder):
    with pytest.raises(PassphraseNeeded, match="Rater A has no passphrase yet"):
        store.set_identity(store.visit(session).patient, ANNA)
    assert not is_named(folder)


def test_a_name_is_read_while_unlocked_and_stands_in_no_file(store, patient, folder):
    assert store.identity(patient) == ANNA
    assert [one.pseudonym for one in store.sessions("anna 77")] == ["C-12"]
    assert not is_named(folder)
    assert verify(store).is_whole


def test_while_locked_nobody_is_found_by_name(store, patient, session):
    store.keys.lock()
    with pytest.raises(NamesLocked):
        store.identity(patient)
    with pytest.raises(NamesLocked):
        store.set_identity(patient, ANNA)
    assert store.sessions("anna") == ()
    assert [one.id for one in store.sessions("C-12")] == [session]
    assert verify(store).is_whole
    store.keys.unlock(PASSPHRASE)
    assert store.identity(patient) == ANNA


def test_a_restart_locks_and_the_passphrase_unlocks(store, patient, folder):
    store.close()
    with opened(folder) as again:
        assert again.vault.is_locked
        with pytest.raises(PassphraseWrong, match="not the passphrase of Rater A"):
            again.keys.unlock("seven grey geese")
        assert again.vault.is_locked
        again.keys.unlock(PASSPHRASE)
        assert again.identity(patient) == ANNA


def test_stores_of_one_desk_share_what_is_unlocked(store, patient, folder):
    with opened(folder, vault=store.vault) as job:
        assert job.identity(patient) == ANNA
        store.keys.lock()
        with pytest.raises(NamesLocked):
            job.identity(patient)


def test_a_changed_passphrase_takes_the_place_of_the_old_one(store, patient, folder):
    old = store.database.run("SELECT sealed FROM keyholders")[0][0]
    with pytest.raises(PassphraseWrong):
        store.keys.change("seven grey geese", "twelve white swans")
    with pytest.raises(PassphraseTooShort):
        store.keys.change(PASSPHRASE, "swans")
    store.keys.change(PASSPHRASE, "twelve white swans")
    with pytest.raises(PassphraseWrong):
        store.keys.unlock(PASSPHRASE)
    store.keys.lock()
    store.keys.unlock("twelve white swans")
    assert store.identity(patient) == ANNA
    assert old not in all_bytes(folder)
    assert verify(store).is_whole


def test_each_holder_has_a_passphrase_of_their_own(store, patient, folder):
    store.keys.add("four black crows", "Rater B")
    store.keys.add("nine small wrens", "Rater C", sees_names=False)
    with pytest.raises(PassphraseKept, match="already"):
        store.keys.add("ten small wrens", "Rater C")
    assert {one.rater: one.sees_names for one in store.keys.holders().values()} == {
        "Rater A": True,
        "Rater B": True,
        "Rater C": False,
    }
    with opened(folder, "Rater B") as second:
        with pytest.raises(PassphraseWrong):
            second.keys.unlock(PASSPHRASE)
        second.keys.unlock("four black crows")
        assert second.identity(patient) == ANNA
    with opened(folder, "Rater C") as third, pytest.raises(PassphraseKept, match="opens no names"):
        third.keys.unlock("nine small wrens")
    with opened(folder, "Rater D") as fourth:
        with pytest.raises(PassphraseNeeded, match="Rater D"):
            fourth.keys.unlock(PASSPHRASE)
        with pytest.raises(NamesLocked):
            fourth.keys.add("let me in please")


def test_a_passphrase_tells_who_is_back_at_the_desk(store, patient):
    store.keys.lock()
    store.keys.check(PASSPHRASE)
    assert store.vault.is_locked
    with pytest.raises(PassphraseWrong):
        store.keys.check("seven grey geese")
    with pytest.raises(PassphraseNeeded):
        store.keys.check(PASSPHRASE, "Rater B")


def test_a_passphrase_is_taken_away_but_never_the_last(store, patient):
    store.keys.add("four black crows", "Rater B")
    store.keys.remove("Rater B")
    assert not store.keys.has_passphrase("Rater B")
    with pytest.raises(PassphraseKept, match="nobody else"):
        store.keys.remove("Rater A")
    with pytest.raises(PassphraseNeeded):
        store.keys.remove("Rater B")
    assert verify(store).is_whole


def test_keys_put_in_the_place_of_others_are_found(store, patient):
    mine = store.database.run("SELECT sealed FROM keyholders")[0][0].replace(b'"n":2', b'"n":4')
    store.database.run("UPDATE keyholders SET sealed = ?", (mine,))
    with pytest.raises(StoreDamaged, match="keys of Rater A were changed"):
        store.keys.unlock(PASSPHRASE)
    assert "passphrase of Rater A" in verify(store).problems[0]


def test_one_patients_name_is_not_readable_as_anothers(store, patient):
    other = store.visit(visit(store, "C-13")).patient
    store.set_identity(other, Identity("Emma"))
    store.database.run(
        "UPDATE identities SET content ="
        " (SELECT content FROM identities WHERE patient = ?) WHERE patient = ?",
        (patient, other),
    )
    with pytest.raises(StoreDamaged, match="name is unreadable"):
        store.identity(other)
    assert not verify(store).is_whole


def test_an_erased_name_is_gone_from_the_copies_as_well(store, patient, folder):
    (folder / BACKUPS).mkdir()
    copy = folder / BACKUPS / "gaitdesk-form1-x.sqlite"
    with closing(sqlite3.connect(copy)) as made:
        store.database._connection.backup(made)
        made.execute("UPDATE identities SET content = CAST('Anna' AS BLOB), key_id = NULL")
        made.commit()
    assert is_named(folder)
    store.set_identity(patient, None)
    assert not is_named(folder)
    assert store.identity(patient) is None
    assert b"content" in copy.read_bytes()
    assert verify(store).is_whole


def test_names_an_earlier_version_left_unsealed_are_sealed_with_the_first_passphrase(
    store, session, folder
):
    patient = store.visit(session).patient
    content = b'{"identity":{"name":"Anna","birth_day":null,"record_number":""},"salt":"00"}'
    from gaitdesk.store import identities
    from gaitdesk.store.edits import Kind

    with store.together():
        store._ledger.add(Kind.IDENTITY, patient, identities.checksum(content))
        identities.keep(store.database, patient, identities.Kept(content, None))
    assert store.identity(patient) == Identity("Anna")
    (folder / BACKUPS).mkdir()
    with closing(sqlite3.connect(folder / BACKUPS / "gaitdesk-form1-x.sqlite")) as made:
        store.database._connection.backup(made)
    assert is_named(folder)
    store.keys.add(PASSPHRASE)
    assert store.identity(patient) == Identity("Anna")
    assert not is_named(folder)
    assert verify(store).is_whole


def test_the_journal_never_holds_a_name(store, patient):
    store.set_identity(patient, Identity("Meier, Ben"))
    store.set_identity(patient, None)
    told = str(store.database.run("SELECT * FROM journal"))
    assert not any(word in told for word in ("Anna", "Meier", "77-1", PASSPHRASE))


def test_a_copy_that_cannot_be_changed_is_told(store, patient, folder):
    (folder / BACKUPS).mkdir()
    (folder / BACKUPS / "gaitdesk-form1-x.sqlite").write_bytes(b"no database at all" * 100)
    from gaitdesk.domain.errors import StoreNotWritable

    with pytest.raises(StoreNotWritable, match="gaitdesk-form1-x"):
        backups.forget(folder, patient)


def test_the_store_says_who_may_open_names(store, session, folder):
    assert (store.keys.is_protected, store.keys.has_passphrase()) == (False, False)
    store.keys.add(PASSPHRASE)
    assert (store.keys.is_protected, store.keys.has_passphrase()) == (True, True)
    assert not store.vault.is_locked
    assert (folder / STORE_FILE).exists()
