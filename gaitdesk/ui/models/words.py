"""What the window says of models that are not here."""

from __future__ import annotations

from gaitdesk.i18n import listed, noted, retold, tr
from gaitdesk.jobs.eyes import packages
from gaitdesk.paths import user_folder
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.sam3 import TASK

USES = (
    noted("Finding one walking person in a film of one camera, with body points, mask and face"),
    noted("Body points of one walking person. {count} billion weights: use a graphics card"),
    noted(
        "Body points of one walking person, as the paper annotates. {count} billion weights: use a"
        " graphics card"
    ),
    noted(
        "Body points of one walking person, where the clinic accepts the licence. {count} billion"
        " weights: use a graphics card"
    ),
    noted(
        "The mask of one walking person through a film: use a graphics card; on a processor each"
        " picture takes many seconds"
    ),
    noted(
        "The mask of one walking person through a film: on a processor each picture takes a few"
        " seconds, on a graphics card less"
    ),
    noted(
        "The mask of one walking person through a film, as the paper annotates: use a graphics"
        " card; on a processor each picture takes many seconds"
    ),
    noted(
        "The mask of one walking person, picture by picture, from the parts of the body. {count}"
        " billion weights: use a graphics card"
    ),
    noted(
        "Faces that are to be hidden in films for others; whatever it or the default's detector"
        " takes for a face is hidden. {count} million weights: a picture in tenths of a second on a"
        " processor"
    ),
    noted(
        "Faces that are to be hidden in films for others; whatever it or the default's detector"
        " takes for a face is hidden. {count} million weights: surer and slower than {other}"
    ),
    noted(
        "Phantom-trained, for demonstration: not for clinical use. It shows how GaitDesk runs a"
        " ChildGait-Video network and is a start for training on a clinic's own films"
    ),
    noted("For demonstration: not for clinical use"),
    noted("Proposes scores that a clinician confirms, at the clinic it was trained at"),
)
"""What models are for, as the packages that come along and those trained here say it, named here so
that it is translated."""

LIMITS = (
    noted(
        "Left and right legs are swapped at crossings in a side view; GaitDesk repairs what"
        " continuity shows."
    ),
    noted("The far leg is guessed while the near leg hides it."),
    noted("Small children, orthoses and walking frames lower its confidence."),
    noted("Depth is not used; angles are those of the picture."),
    noted(
        "It follows whom it is shown: the default model finds the child, or a person clicks or"
        " paints."
    ),
    noted("Shadows and walking frames may be taken for the child."),
    noted("Not for commercial use."),
    noted("It finds nobody by itself: the default model finds and follows the child."),
    noted("No calibration was made for it: its angles carry published errors."),
    noted(
        "It sees faces, not heads: a head seen from behind is hidden by body points and mask alone."
    ),
    noted(
        "The photographs it was trained on are given out for research; whether weights made from"
        " them may be used for trade is not settled."
    ),
    noted(
        "Its licence forbids biometric processing, inferring health information without rights"
        " and consent, and practising a medical profession without a licence."
    ),
    noted(
        "It sees no heels and no toes, which many items need: prefer the model of the same size"
        " with 133 points."
    ),
    noted(
        "It sees each picture by itself: nothing is carried on to the next one, and clicks do not"
        " guide it."
    ),
    noted(
        "Who or what touches the child is told apart only by the default's body points and mask; a"
        " rim of it may stay."
    ),
    noted("It was taught no orthoses and no walking aids."),
    noted(
        "It has seen phantoms alone. It reaches balanced accuracy {balanced} and AUROC {area}, mean"
        " over the items, on {count} unseen rendered phantoms, where guessing reaches {chance}. The"
        " rule-based reader is right more often where it answers."
    ),
    noted(
        "Hindfoot varus or valgus, pelvic obliquity and pelvic rotation it hardly tells better than"
        " chance. Its thresholds leave to the reviewer what it has not earned on validation"
        " phantoms."
    ),
    noted("How it does on real children is not known."),
    noted(
        "It is small: {blocks} blocks of {values} values, {side}-pixel pictures, from random"
        " weights rather than from Kinetics."
    ),
    noted("Shoes, orthoses, walking aids and helpers were never shown to it."),
    noted("It knows the clinic it was trained at; how it does elsewhere is not known."),
    noted("balanced accuracy, val: {value}"),
    noted("Not for commercial use: its parent or its data forbid it."),
)
"""What models cannot do, as the packages that come along and those trained here say it."""

PLACES = (
    noted("{place} on Hugging Face"),
    noted("{place} on Hugging Face, folder {folder}"),
    noted("the Sapiens pose checkpoints on {pictures} that {place} lists, folder {folder}"),
    noted("the release named {release} of {place}, file {file}"),
)
"""Where the files of models are to be had."""


def missing_follower() -> str:
    """Which files go where before a model can follow a mask, and what to do till then.

    Where the files are here and only a licence waits, that is said instead.
    """
    known = packages(TASK)
    waiting = [one.name for one in known if one.is_present]
    if waiting:
        return tr(
            "The files of {names} are here; accept the licence on the page of models. Until then,"
            " each frame is brushed by itself."
        ).format(names=listed(waiting))
    offered = next((one for one in known if one.name == "sam3"), None)
    if offered is None:
        return tr("No model that follows a mask is known here; each frame is brushed by itself.")
    files = [file.name for file in offered.files if not file.is_optional]
    return tr(
        "No model that follows a mask from clicks or the brush is here. Take {files} of {place} in"
        " on the page of models, which puts them into {folder}; SAM 2.1 and EdgeTAM will do as"
        " well. Until then, each frame is brushed by itself."
    ).format(
        files=tr(" and ").join(files),
        place=retold(offered.found_at),
        folder=user_folder() / "models" / offered.name / "weights",
    )


def task_words(task: str) -> str:
    """What a model is for; a task that its package names otherwise is told in its own words."""
    known = {
        "EVGS from clips": tr("EVGS from clips"),
        "body points": tr("body points"),
        "faces": tr("faces"),
        "masks from body parts": tr("masks from body parts"),
        "masks through a film": tr("masks through a film"),
        "pose, mask and face": tr("pose, mask and face"),
    }
    return known.get(task, task)


def told(package: ModelPackage) -> list[str]:
    """What a model is for and what it cannot do; what only one package says, in its own words."""
    return [retold(one) for one in (package.intended_use, *package.limits)]


def place_words(package: ModelPackage) -> str:
    """Where a model's files are to be had, or belong where nobody says that."""
    return retold(package.found_at) or str(package.weights)
