"""What a passphrase seals is opened by that passphrase alone."""

from __future__ import annotations

import json

import pytest

from gaitdesk.domain.refusals import NamesLocked, PassphraseTooShort
from gaitdesk.store import vault
from gaitdesk.store.vault import Keys, Vault, WrongKey

PHRASE = "seven grey herons"
KEYS = Keys(b"s" * 32, vault.new_names_key())


@pytest.mark.parametrize("keys", [KEYS, Keys(b"s" * 32, None)])
def test_a_passphrase_opens_what_it_sealed(keys):
    assert vault.opened(vault.sealed(keys, PHRASE), PHRASE) == keys


@pytest.mark.parametrize("typed", ["seven grey heron", "Seven grey herons", "", "x" * 5000])
def test_another_passphrase_opens_nothing(typed):
    content = vault.sealed(KEYS, PHRASE)
    with pytest.raises(WrongKey):
        vault.opened(content, typed)


def test_sealed_keys_tell_nothing_and_are_never_the_same_twice():
    one, other = vault.sealed(KEYS, PHRASE), vault.sealed(KEYS, PHRASE)
    assert one != other
    for secret in (KEYS.names, KEYS.signing.hex().encode(), PHRASE.encode()):
        assert secret not in one


def test_a_changed_byte_opens_nothing():
    held = json.loads(vault.sealed(KEYS, PHRASE))
    for changed in (
        {**held, "token": held["token"][:50] + "A" + held["token"][51:]},
        {**held, "salt": "00" * 16},
        {**held, "n": 4},
        {**held, "n": 2**40},
        {**held, "kdf": "none"},
        {},
    ):
        if changed != held:
            with pytest.raises(WrongKey):
                vault.opened(json.dumps(changed).encode(), PHRASE)
    with pytest.raises(WrongKey):
        vault.opened(b"no json", PHRASE)


def test_letters_spelt_in_two_ways_are_the_same_passphrase():
    composed, combining = "m\u00fcde Reiher", "mu\u0308de Reiher"
    assert composed != combining
    assert vault.opened(vault.sealed(KEYS, composed), combining) == KEYS


def test_a_passphrase_that_could_be_guessed_is_refused():
    with pytest.raises(PassphraseTooShort, match="at least 8 characters"):
        vault.sealed(KEYS, "1234567")


def test_the_work_of_guessing_is_that_of_128_megabytes(monkeypatch):
    monkeypatch.undo()
    assert vault.WORK * 128 * 8 == 128 * 2**20


def test_a_signature_is_of_one_key_and_one_content():
    key, other = vault.new_signing_key(), vault.new_signing_key()
    signature = vault.mark(key, b"a sheet")
    assert vault.is_marked(vault.public_key(key), signature, b"a sheet")
    assert not vault.is_marked(vault.public_key(key), signature, b"a sheet.")
    assert not vault.is_marked(vault.public_key(other), signature, b"a sheet")
    assert not vault.is_marked("zz", signature, b"a sheet")
    assert not vault.is_marked(vault.public_key(key), "", b"a sheet")


def test_a_vault_that_is_locked_opens_and_seals_nothing():
    held = Vault()
    assert held.is_locked
    for deed in (held.seal, held.open):
        with pytest.raises(NamesLocked, match="Unlock them with your passphrase"):
            deed(b"x")


def test_a_vault_locks_itself_when_the_desk_is_left_alone():
    now = [0.0]
    held = Vault(idle_s=600.0, clock=lambda: now[0])
    held.take(KEYS.names, "Rater A")
    now[0] = 599.0
    held.touch()
    now[0] = 1100.0
    assert held.rater == "Rater A"
    assert held.open(held.seal(b"Anna")) == b"Anna"
    now[0] = 1200.0
    assert held.is_locked
    held.touch()
    now[0] = 1201.0
    assert (held.is_locked, held.rater) == (True, "")


def test_another_key_opens_nothing():
    held, other = Vault(), Vault()
    held.take(KEYS.names, "Rater A")
    other.take(vault.new_names_key(), "Rater A")
    with pytest.raises(WrongKey):
        other.open(held.seal(b"Anna"))
