"""What the window says of models that are not here."""

from __future__ import annotations

from gaitdesk.i18n import tr
from gaitdesk.jobs.eyes import packages
from gaitdesk.perception.sam3 import TASK


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
        "No model that follows a mask from clicks is here. Put {files} of {place} into {folder} by"
        " taking them in on the page of models ({others} will do as well), or brush the mask."
    ).format(
        files=tr(" and ").join(files),
        place=offered.found_at,
        folder=offered.weights,
        others=", ".join(one.name for one in known if one is not offered),
    )
