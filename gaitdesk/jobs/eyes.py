"""Which models look at the films: the default finds the patient, better ones may look again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gaitdesk.childgait.installed import TASK as NETWORK
from gaitdesk.domain.errors import LibraryMissing, ModelPackageInvalid, OptionInvalid
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import listed, retold, tr
from gaitdesk.paths import model_folders
from gaitdesk.perception.better import BetterEyes
from gaitdesk.perception.licences import acceptance_of
from gaitdesk.perception.model import PoseModel
from gaitdesk.perception.named import NamedPeople, check_reads
from gaitdesk.perception.package import ModelPackage, find_package, read_package
from gaitdesk.perception.parcels import unsafe
from gaitdesk.perception.parts import TASK as PARTS
from gaitdesk.perception.parts import BodyParts
from gaitdesk.perception.sam3 import TASK as MASKS
from gaitdesk.perception.sam3 import FilmMasks
from gaitdesk.perception.sapiens import TASK as POINTS
from gaitdesk.perception.sapiens import Sapiens

MASK_TASKS = (MASKS, PARTS)
"""Tasks of the models that make the mask of new films: followed through them, or seen in each
picture by itself."""

_OF_PACKAGE = re.compile(
    r"(?P<name>[^\s/\\]+) \S+ \(.*\): [^:]* sha256:[0-9a-f]{64}[^;]*(; words: (?P<words>.*))?$"
)
"""A line that `ModelPackage.provenance` wrote, with the words a model was given."""


def better_eyes(pose: str | None, mask: str | None, words: str | None = None) -> BetterEyes | None:
    """Models that look at the patient once more; None where none is asked for.

    Args:
        pose: Name of a package that sees body points; None for the default's.
        mask: Name of a package that follows or sees masks; None for the default's.
        words: What the patient is called, for a model of masks that reads; None shows it the box
            in which the default found the patient.

    Raises:
        ModelPackageInvalid: There is no such package, or its files are missing or altered; the
            text says which file goes where.
        LicenceNotAccepted: Nobody has accepted its licence.
        ModelLibraryMissing: A library is missing.
        OptionInvalid: Words are given without a model of masks.
    """
    if words and mask is None:
        raise OptionInvalid(
            tr("Words say whose mask is followed; name the model that reads them, as --mask sam3.")
        )
    if pose is None and mask is None:
        return None
    outliner = None if mask is None else package_for(mask, *MASK_TASKS)
    if outliner is not None and words:
        check_reads(outliner)
    follower = outliner if outliner is not None and outliner.task == MASKS else None
    return BetterEyes(
        None if pose is None else Sapiens(package_for(pose, POINTS)),
        None if follower is None else FilmMasks(follower),
        None if follower is None or not words else NamedPeople(follower, words),
        None if outliner is None or follower is not None else BodyParts(outliner),
    )


def eyes_of(models: Sequence[str]) -> tuple[str | None, str | None, str | None]:
    """By which models a film was seen besides the default, from what an analysis says of itself.

    Args:
        models: One line each, as `Provenance.models` holds them.

    Returns:
        As `better_eyes` takes them: who saw body points, who made masks, by which words.
    """
    pose: str | None = None
    mask: str | None = None
    words: str | None = None
    tasks = {one.name: one.task for one in packages()}
    for line in models:
        found = _OF_PACKAGE.match(line)
        if found is None:
            continue
        name = found["name"]
        # A model whose description is gone would be passed over in silence otherwise.
        task = tasks[name] if name in tasks else find_package(name).task
        if task == POINTS:
            pose = name
        elif task in MASK_TASKS:
            mask, words = name, found["words"] or words
    return pose, mask, words


def followers() -> tuple[ModelPackage, ...]:
    """Models that follow masks, whose files are here and whose licence somebody has accepted."""
    return tuple(
        one
        for one in packages(MASKS)
        if one.is_present and (not one.acceptance or acceptance_of(one) is not None)
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


def packages(*tasks: str) -> tuple[ModelPackage, ...]:
    """Packages in all model folders, each name once, in the order of their names.

    Args:
        tasks: Only those of these; none for all.
    """
    found: dict[str, ModelPackage] = {}
    for folder in _described():
        try:
            package = read_package(folder)
        except ModelPackageInvalid:
            continue
        found.setdefault(package.name, package)
    wanted = sorted(found.values(), key=lambda one: one.name)
    return tuple(one for one in wanted if not tasks or one.task in tasks)


def checked(package: ModelPackage) -> Job[ModelPackage]:
    """Compare a package's files with what it states, in a job because large ones take long.

    Raises:
        ModelPackageInvalid: A file is missing, another one, or of a kind that is not opened.
    """
    yield Progress(0, None, tr("Checking the files"))
    package.verify()
    for file in package.needed:
        if problem := unsafe(package.path_of(file.name)):
            raise ModelPackageInvalid(package.name, problem)
    return package


def self_test_of(package: ModelPackage) -> Callable[[ModelPackage], str] | None:
    """What runs a package's model once and says where and how fast; None where nothing uses it."""
    from gaitdesk.perception import blazepose, parts, retinaface, sam3, sapiens

    if package.task == NETWORK:
        return _try_network
    if package.name == "blazepose":
        return blazepose.self_test
    tests = {
        POINTS: sapiens.self_test,
        MASKS: sam3.self_test,
        PARTS: parts.self_test,
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


def package_for(name: str, *tasks: str) -> ModelPackage:
    """The package `name`, which must be of one of some tasks.

    Raises:
        ModelPackageInvalid: There is none, or it is for something else; the text names those
            that would do.
    """
    package = find_package(name)
    if package.task not in tasks:
        others = listed(one.name for one in packages(*tasks)) or tr("none")
        raise ModelPackageInvalid(
            name,
            tr("it is a model for {task}. Choose one of: {names}.").format(
                task=retold(package.task), names=others
            ),
        )
    return package
