"""What the window says of models that are not here."""

from __future__ import annotations

from gaitdesk.i18n import noted, retold, tr
from gaitdesk.jobs.eyes import packages
from gaitdesk.paths import user_folder
from gaitdesk.perception.sam3 import TASK

LIMITS = (
    noted("It follows whom it is shown: the default model finds the child, or a person clicks."),
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
        "It needs the library timm, and with it torchvision, which GaitDesk does not bring along."
    ),
)
"""What the packages whose files a clinic brings cannot do, named here so that it is translated."""


def missing_follower() -> str:
    """Which files go where before a model can follow a mask from clicks, and what to do till then.

    Where the files are here and only a licence waits, that is said instead.
    """
    known = packages(TASK)
    waiting = [one.name for one in known if one.is_present]
    if waiting:
        return tr(
            "The files of {names} are here; accept the licence on the page of models, or brush the"
            " mask."
        ).format(names=", ".join(waiting))
    offered = next((one for one in known if one.name == "sam3"), None)
    if offered is None:
        return tr("No model that follows a mask from clicks is known here; brush the mask.")
    files = [file.name for file in offered.files if not file.is_optional]
    return tr(
        "No model that follows a mask from clicks is here. Take {files} of {place} in on the page"
        " of models, which puts them into {folder}; SAM 2.1 and EdgeTAM will do as well. Or brush"
        " the mask."
    ).format(
        files=tr(" and ").join(files),
        place=offered.found_at,
        folder=user_folder() / "models" / offered.name / "weights",
    )


def task_words(task: str) -> str:
    """What a model is for; a task that its package names otherwise is told in its own words."""
    known = {
        "EVGS from clips": tr("EVGS from clips"),
        "body points": tr("body points"),
        "faces": tr("faces"),
        "masks through a film": tr("masks through a film"),
        "pose, mask and face": tr("pose, mask and face"),
    }
    return known.get(task, task)


def limit_words(limit: str) -> str:
    """What a model cannot do; what only one package says is told in its own words."""
    return retold(limit)
