"""What the records refuse, and what to do instead: names, signatures, readings, consent."""

from __future__ import annotations

from pathlib import Path

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import tr


class PassphraseWrong(GaitDeskError):
    """A passphrase that opens nothing, or whose holder has none here."""

    def __init__(self, rater: str) -> None:
        super().__init__(
            tr(
                "This is not the passphrase of {rater}. Type it again; mind capital letters and the"
                " keyboard's language. Nothing was changed."
            ).format(rater=rater or tr("anybody here"))
        )


class PassphraseTooShort(GaitDeskError):
    """A new passphrase that could be guessed."""

    def __init__(self, needed: int) -> None:
        super().__init__(
            tr(
                "A passphrase needs at least %n characters. Several words that you can remember are"
                " better than one that is hard to type.",
                "",
                needed,
            )
        )


class PassphraseNeeded(GaitDeskError):
    """Somebody who has no passphrase in this store, and needs one."""

    def __init__(self, rater: str) -> None:
        super().__init__(
            tr(
                "{rater} has no passphrase yet. Set one first: names are kept, and sheets signed,"
                " only under a passphrase."
            ).format(rater=rater or tr("The person at the desk"))
        )


class PassphraseKept(GaitDeskError):
    """Somebody who has a passphrase already, or is the last who can open the names."""

    def __init__(self, rater: str, reason: str) -> None:
        super().__init__(f"{rater}: {reason}")


class NamesLocked(GaitDeskError):
    """Names that are sealed, and nobody at the desk has unlocked them."""

    def __init__(self) -> None:
        super().__init__(
            tr("Names are locked. Unlock them with your passphrase; pseudonyms stay readable.")
        )


class SheetSigned(GaitDeskError):
    """A change to what was signed.

    Attributes:
        version: The version in force.
    """

    def __init__(self, version: int, name: str, day: str) -> None:
        super().__init__(
            tr(
                "This visit was signed by {name} on {day} (version {version}) and no longer"
                " changes. Nothing was changed. To correct it, open an amendment and give the"
                " reason; the signed version stays readable."
            ).format(name=name, day=day, version=version)
        )
        self.version = version


class SigningRefused(GaitDeskError):
    """A sheet that cannot be signed, or amended, as it stands."""


class ReadingRefused(GaitDeskError):
    """A step of two readers that would not be independent, or is not this reader's."""


class BlindReading(ReadingRefused):
    """Somebody else's scores, asked for by a reader who must not see them yet."""

    def __init__(self, reader: str) -> None:
        super().__init__(
            tr(
                "{reader} reads this visit blind: other readers' and machines' scores are shown"
                " once that reading is finished. Open the reading instead of the visit."
            ).format(reader=reader)
        )


class ConsentMissing(GaitDeskError):
    """An export that the patient's consent does not cover.

    Attributes:
        pseudonym: Whose.
        reason: What is lacking, a clause.
    """

    def __init__(self, pseudonym: str, purpose: str, reason: str) -> None:
        super().__init__(
            tr(
                "{pseudonym}: nothing leaves the desk for {purpose}, because {reason}. Record the"
                " consent with the patient first. Nothing was written."
            ).format(pseudonym=pseudonym, purpose=purpose, reason=reason)
        )
        self.pseudonym, self.reason = pseudonym, reason


class NothingToExport(GaitDeskError):
    """No visit of the store may leave the desk, or holds anything.

    Attributes:
        left_out: Why visits were left out, one sentence for each.
    """

    def __init__(self, left_out: tuple[str, ...]) -> None:
        super().__init__(
            tr(
                "No visit with scores may be exported for research; nothing was written. Record"
                " the consent with each patient first."
            )
            + "".join(f"\n  {one}" for one in left_out)
        )
        self.left_out = left_out


class NothingCorrected(GaitDeskError):
    """Labels of corrected frames, of a visit in which nothing was corrected."""

    def __init__(self) -> None:
        super().__init__(
            tr(
                "Nothing was corrected in the films of this visit, so no frame can be exported as"
                " corrected; nothing was written. Correct body points or the outline first, or"
                " export all frames."
            )
        )


class HeadNotHidden(GaitDeskError):
    """A film in which a face is still found after all that could be done."""

    def __init__(self, name: str, frames: int) -> None:
        super().__init__(
            tr(
                "{name}: a face is still found in %n frame(s) after the heads were hidden, so"
                " nothing was written. Choose the patient again in this film, or leave it out.",
                "",
                frames,
            ).format(name=name)
        )


class PatientErased(GaitDeskError):
    """A patient whose records were erased."""

    def __init__(self) -> None:
        super().__init__(
            tr("This patient was erased; nothing can be added. Add the patient anew instead.")
        )


class NotErased(GaitDeskError):
    """Files that could not be removed when a patient was erased."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            tr(
                "{path} could not be removed ({reason}). The patient's name is erased; close"
                " programs that use this file and erase the patient again to finish."
            ).format(path=path, reason=reason)
        )


class LearningRefused(GaitDeskError):
    """Cases, a division or a network that learning cannot take as they are."""


class NetworkWorse(LearningRefused):
    """A network that was not shown to be as good as the one in use, activated without a reason.

    Attributes:
        items: Codes of the items it is worse at.
    """

    def __init__(self, name: str, why: str, items: tuple[str, ...] = ()) -> None:
        super().__init__(
            tr(
                "{name} was not activated: {why}. Keep the network in use, or type the reason for"
                " which this one is to take its place; the reason is kept."
            ).format(name=name, why=why)
        )
        self.items = items


class LicenceNotAccepted(GaitDeskError):
    """A model whose licence must be accepted before it is used."""

    def __init__(self, name: str, licence: str, asked: str) -> None:
        super().__init__(
            tr(
                "{name} ({licence}) is used only once somebody has accepted its licence: {asked}"
                " Accept it in the window under Models, or with: gaitdesk models accept {name}"
            ).format(name=name, licence=licence, asked=asked)
        )
        self.name = name
