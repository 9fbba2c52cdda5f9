"""Which models look at the films: the default finds the patient, better ones may look again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from gaitdesk.childgait.installed import TASK as NETWORK
from gaitdesk.domain.errors import LibraryMissing, ModelPackageInvalid
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.paths import model_folders
from gaitdesk.perception.better import BetterEyes
from gaitdesk.perception.model import PoseModel
from gaitdesk.perception.package import ModelPackage, find_package, read_package
from gaitdesk.perception.parcels import unsafe
from gaitdesk.perception.sam3 import TASK as MASKS
from gaitdesk.perception.sam3 import FilmMasks
from gaitdesk.perception.sapiens import TASK as POINTS
from gaitdesk.perception.sapiens import Sapiens


def better_eyes(pose: str | None, mask: str | None) -> BetterEyes | None:
    """Models that look at the patient once more; None where none is asked for.

    Args:
        pose: Name of a package that sees body points; None for the default's.
        mask: Name of a package that follows masks; None for the default's.

    Raises:
        ModelPackageInvalid: There is no such package, or its files are missing or altered; the
            text says which file goes where.
        LicenceNotAccepted: Nobody has accepted its licence.
        ModelLibraryMissing: A library is missing.
    """
    if pose is None and mask is None:
        return None
    return BetterEyes(
        None if pose is None else Sapiens(_of_task(pose, POINTS)),
        None if mask is None else FilmMasks(_of_task(mask, MASKS)),
    )


def points_by(model: PoseModel, better: BetterEyes | None) -> str:
    """Name of the model whose body points count."""
    if better is not None and better.keypoints is not None:
        return better.keypoints.name
    return model.name


def provenances(model: PoseModel, better: BetterEyes | None) -> tuple[str, ...]:
    """What looked at the films, one line each, the one whose body points count first."""
    if better is None:
        return (model.provenance,)
    if better.keypoints is None:
        return (model.provenance, *better.provenances)
    return (*better.provenances, model.provenance)


def packages(task: str | None = None) -> tuple[ModelPackage, ...]:
    """Packages in all model folders, each name once, in the order of their names.

    Args:
        task: Only those of this task; None for all.
    """
    found: dict[str, ModelPackage] = {}
    for folder in _described():
        try:
            package = read_package(folder)
        except ModelPackageInvalid:
            continue
        found.setdefault(package.name, package)
    wanted = sorted(found.values(), key=lambda one: one.name)
    return tuple(one for one in wanted if task is None or one.task == task)


def checked(package: ModelPackage) -> Job[ModelPackage]:
    """Compare a package's files with what it states, in a job because large ones take long.

    Raises:
        ModelPackageInvalid: A file is missing, another one, or of a kind that is not opened.
    """
    yield Progress(0, None, tr("Checking the files"))
    package.verify()
    for file in package.files:
        if problem := unsafe(package.path_of(file.name)):
            raise ModelPackageInvalid(package.name, problem)
    return package


def self_test_of(package: ModelPackage) -> Callable[[ModelPackage], str] | None:
    """What runs a package's model once and says where and how fast; None where nothing uses it."""
    from gaitdesk.perception import blazepose, retinaface, sam3, sapiens

    if package.task == NETWORK:
        return _try_network
    if package.name == "blazepose":
        return blazepose.self_test
    tests = {
        POINTS: sapiens.self_test,
        MASKS: sam3.self_test,
        retinaface.TASK: retinaface.self_test,
    }
    return tests.get(package.task)


def _try_network(package: ModelPackage) -> str:
    from gaitdesk.jobs.reading import missing_libraries

    missing = missing_libraries()
    if missing:
        raise LibraryMissing(missing)
    from gaitdesk.childgait.card import network_from

    network = network_from(package)
    weights = sum(one.numel() for one in network.model.parameters())
    return tr("loaded; {count:.1f} million weights").format(count=weights / 1e6)


def _described() -> Iterator[Path]:
    for parent in model_folders():
        for card in sorted(parent.glob("*/package.toml")):
            yield card.parent


def _of_task(name: str, task: str) -> ModelPackage:
    package = find_package(name)
    if package.task != task:
        others = ", ".join(one.name for one in packages(task)) or tr("none")
        raise ModelPackageInvalid(
            name,
            tr("it is a model for {task}. Choose one of: {names}.").format(
                task=package.task, names=others
            ),
        )
    return package
