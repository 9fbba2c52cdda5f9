"""What asks for a passphrase: unlocking names, letting somebody in, signing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.store.edits import ReadingId, SessionId
from gaitdesk.store.facts import Meaning, Signature
from gaitdesk.store.store import Store
from gaitdesk.store.vault import Vault


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Whose desk a job works at.

    Attributes:
        folder: The data folder.
        rater: Who is at the desk.
        vault: The key of patients' names, while it is unlocked.
    """

    folder: Path
    rater: str
    vault: Vault

    def opened(self) -> Store:
        """The store, for the thread that asks."""
        return Store.open(self.folder, rater=self.rater, vault=self.vault)


@dataclass(frozen=True, slots=True)
class SigningOrder:
    """A signature as it is asked for; see `gaitdesk.store.signing.Signing.sign`."""

    session: SessionId
    name: str
    role: str
    meaning: Meaning
    reading: ReadingId | None = None


def unlock(desk: AtDesk, passphrase: str, rater: str = "") -> Job[str]:
    """Check that somebody is who they say, and open the names to them where they may see them.

    Args:
        desk: The desk.
        passphrase: What they typed.
        rater: Who; by default who is at the desk.

    Returns:
        Who it is.

    Raises:
        PassphraseWrong, PassphraseNeeded: It is not theirs, or they have none.
    """
    yield Progress(0, None, tr("Trying the passphrase"))
    with desk.opened() as store:
        holder, keys = store.keys.opened(passphrase, rater)[1:]
        if keys.names is not None:
            desk.vault.take(keys.names, holder.rater)
        else:
            desk.vault.lock()
        return holder.rater


def give_passphrase(
    desk: AtDesk, passphrase: str, rater: str = "", *, sees_names: bool = True
) -> Job[None]:
    """Give somebody, by default who is at the desk, a passphrase of their own.

    Raises:
        PassphraseTooShort, PassphraseKept, NamesLocked: See `Keyring.add`.
    """
    yield Progress(0, None, tr("Making the keys"))
    with desk.opened() as store:
        store.keys.add(passphrase, rater, sees_names=sees_names)


def change_passphrase(desk: AtDesk, old: str, new: str) -> Job[None]:
    """Give who is at the desk another passphrase.

    Raises:
        PassphraseWrong, PassphraseNeeded, PassphraseTooShort: See `Keyring.change`.
    """
    yield Progress(0, None, tr("Trying the passphrase"))
    with desk.opened() as store:
        store.keys.change(old, new)


def sign(desk: AtDesk, order: SigningOrder, passphrase: str, *, is_new: bool) -> Job[Signature]:
    """Sign a visit as it stands; the passphrase is asked for again by every signature.

    Args:
        desk: The desk.
        order: What is signed, and by whom.
        passphrase: What they typed.
        is_new: Whether it is their first one, and their key is to be made now.

    Raises:
        GaitDeskError: See `Keyring.add` and `Signing.sign`; nothing was signed.
    """
    yield Progress(0, None, tr("Signing"))
    with desk.opened() as store:
        if is_new:
            store.keys.add(passphrase)
        return store.signing.sign(
            order.session,
            passphrase,
            name=order.name,
            role=order.role,
            meaning=order.meaning,
            reading=order.reading,
        )
