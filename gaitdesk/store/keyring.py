"""Who has a passphrase: it opens patients' names, and it is asked for when a sheet is signed."""

from __future__ import annotations

import hashlib
import uuid

from gaitdesk.domain.errors import StoreDamaged
from gaitdesk.domain.refusals import PassphraseKept, PassphraseNeeded, PassphraseWrong
from gaitdesk.i18n import tr
from gaitdesk.store import backups, identities, journal, vault
from gaitdesk.store.edits import Kind
from gaitdesk.store.facts import Holder
from gaitdesk.store.forms import from_text
from gaitdesk.store.ledger import Ledger
from gaitdesk.store.vault import Keys, Vault, WrongKey


class Keyring:
    """The holders of passphrases of one store.

    Every holder has a passphrase of their own. The key of the names is made with the first holder
    and handed on by those who hold it; it is written down only sealed. If every holder forgets
    their passphrase, the names are lost and nothing else is.
    """

    def __init__(self, ledger: Ledger, held: Vault) -> None:
        self._ledger = ledger
        self._vault = held

    def holders(self) -> dict[str, Holder]:
        """Everybody who has a passphrase, by the id of their key."""
        rows = journal.current(self._ledger.database, None, Kind.KEY)
        return {name: from_text(Kind.KEY, row.new) for name, row in rows.items()}

    @property
    def is_protected(self) -> bool:
        """Whether names can be kept: somebody has a passphrase that opens them."""
        return any(one.sees_names for one in self.holders().values())

    def has_passphrase(self, rater: str = "") -> bool:
        """Whether somebody, by default who is at the desk, has a passphrase."""
        return self._find(rater) is not None

    def add(self, passphrase: str, rater: str = "", *, sees_names: bool = True) -> None:
        """Give somebody, by default who is at the desk, a passphrase of their own.

        The first one makes the key of the names and unlocks them; names that an earlier GaitDesk
        kept unsealed are sealed then, here and, by taking them out, in the folder of backups.
        Anyone further is let in by somebody who has unlocked the names.

        Raises:
            PassphraseTooShort: It could be guessed.
            PassphraseKept: They have one; `change` changes it.
            NamesLocked: Nobody has unlocked the names.
        """
        who = rater or self._ledger.rater
        is_first = not self.is_protected
        names = vault.new_names_key() if is_first else self._vault.key
        keys = Keys(vault.new_signing_key(), names if sees_names or is_first else None)
        # Half a second of work, for which nobody else should wait.
        content = vault.sealed(keys, passphrase)
        with self._ledger.together():
            # Another desk may have been faster by a moment.
            if self.has_passphrase(who) or (is_first and self.is_protected):
                raise PassphraseKept(who, tr("there is a passphrase already; change it instead."))
            self._keep(uuid.uuid4().hex, who, keys, content)
            if is_first:
                held = Vault()
                held.take(names, who)
                self._seal_all(held)
        if is_first:
            self._vault.take(names, who)
            backups.forget_unsealed(self._ledger.folder)
            self._ledger.database.clear_log()

    def change(self, old: str, new: str, rater: str = "") -> None:
        """Give somebody, by default who is at the desk, another passphrase.

        Raises:
            PassphraseWrong, PassphraseNeeded: `old` is not theirs, or they have none.
            PassphraseTooShort: The new one could be guessed.
        """
        name, holder, keys = self.opened(old, rater)
        content = vault.sealed(keys, new)
        with self._ledger.together():
            if self.holders().get(name) != holder:
                raise PassphraseWrong(holder.rater)
            self._keep(name, holder.rater, keys, content)
        self._ledger.database.clear_log()

    def remove(self, rater: str) -> None:
        """Take somebody's passphrase away; what they have signed stays valid.

        Raises:
            NamesLocked: Nobody has unlocked the names.
            PassphraseNeeded: They have none.
            PassphraseKept: Nobody would be left who opens the names.
        """
        _ = self._vault.key
        with self._ledger.together():
            found = self._find(rater)
            if found is None:
                raise PassphraseNeeded(rater)
            others = [one for name, one in self.holders().items() if name != found[0]]
            if not any(one.sees_names for one in others):
                raise PassphraseKept(
                    rater, tr("nobody else could open the names; give somebody a passphrase first.")
                )
            self._ledger.add(Kind.KEY, found[0], None)
            self._ledger.database.run("DELETE FROM keyholders WHERE id = ?", (found[0],))
        self._ledger.database.clear_log()

    def unlock(self, passphrase: str, rater: str = "") -> None:
        """Let names be read at this desk until it is locked or left alone.

        Raises:
            PassphraseWrong, PassphraseNeeded: It is not theirs, or they have none.
            PassphraseKept: Theirs signs but opens no names.
        """
        _, holder, keys = self.opened(passphrase, rater)
        if keys.names is None:
            raise PassphraseKept(holder.rater, tr("this passphrase signs, but opens no names."))
        self._vault.take(keys.names, holder.rater)

    def check(self, passphrase: str, rater: str = "") -> None:
        """Whether somebody, by default who is at the desk, is who they say, as after an idle time.

        Raises:
            PassphraseWrong, PassphraseNeeded: It is not theirs, or they have none.
        """
        self.opened(passphrase, rater)

    def lock(self) -> None:
        """Let names no longer be read at this desk."""
        self._vault.lock()

    def opened(self, passphrase: str, rater: str = "") -> tuple[str, Holder, Keys]:
        """What somebody's passphrase opens: the id of their key, its holder, the keys.

        Raises:
            PassphraseWrong, PassphraseNeeded: It is not theirs, or they have none.
            StoreDamaged: Their sealed keys are not those that were kept.
        """
        who = rater or self._ledger.rater
        found = self._find(who)
        if found is None:
            raise PassphraseNeeded(who)
        name, holder = found
        database = self._ledger.database
        rows = database.run("SELECT sealed FROM keyholders WHERE id = ?", (name,))
        if not rows or checksum(rows[0][0]) != holder.sealed:
            raise StoreDamaged(
                database.path, tr("the keys of {rater} were changed").format(rater=who)
            )
        try:
            return name, holder, vault.opened(rows[0][0], passphrase)
        except WrongKey as error:
            raise PassphraseWrong(who) from error

    def _find(self, rater: str) -> tuple[str, Holder] | None:
        who = rater or self._ledger.rater
        return next((one for one in self.holders().items() if one[1].rater == who), None)

    def _keep(self, name: str, rater: str, keys: Keys, content: bytes) -> None:
        facts = Holder(
            rater, vault.public_key(keys.signing), keys.names is not None, checksum(content)
        )
        self._ledger.add(Kind.KEY, name, facts)
        database = self._ledger.database
        database.run("DELETE FROM keyholders WHERE id = ?", (name,))
        database.run("INSERT INTO keyholders (id, sealed) VALUES (?, ?)", (name, content))

    def _seal_all(self, held: Vault) -> None:
        database = self._ledger.database
        for patient, known in identities.readable(database, held).items():
            kept = identities.sealed(patient, known, held)
            self._ledger.add(Kind.IDENTITY, patient, identities.checksum(kept.content))
            identities.keep(database, patient, kept)


def checksum(content: object) -> str:
    """What the journal says of a holder's sealed keys."""
    return hashlib.sha256(content if isinstance(content, bytes) else b"").hexdigest()
