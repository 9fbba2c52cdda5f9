"""Which detectors look for faces before a film leaves the desk."""

from __future__ import annotations

from gaitdesk.jobs.eyes import packages
from gaitdesk.perception.faces import AllOf, FaceDetector, FindsFaces
from gaitdesk.perception.licences import check_accepted
from gaitdesk.perception.package import find_package
from gaitdesk.perception.retinaface import TASK, RetinaFace


def face_detector() -> FindsFaces:
    """Every detector of faces that is installed, together.

    The one that comes along always looks too, so that another one, even a bad one, can only hide
    more. A broken one stops the work instead of being passed over.

    Raises:
        ModelPackageInvalid: The detector that comes along is missing, or an installed one is not
            what was published; the text says which file goes where.
        LicenceNotAccepted: Nobody has accepted the licence of an installed one.
    """
    # One whose file was taken in and is gone or cut by now is not to be missed in silence.
    installed = [one for one in packages(TASK) if one.is_stated]
    for package in installed:
        check_accepted(package)
    default = FaceDetector(find_package("blazepose"))
    return AllOf((default, *(RetinaFace(package) for package in installed)))
