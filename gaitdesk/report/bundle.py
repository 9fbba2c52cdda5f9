"""All results of an analysis in one folder: every file is there, or the folder is as it was."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import cv2

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.errors import DiskFull, OutputNotWritable
from gaitdesk.domain.os_words import os_words
from gaitdesk.domain.progress import Job, Progress, abreast
from gaitdesk.gait.instants import Instant, instants_of
from gaitdesk.i18n import tr
from gaitdesk.media.output import write_bytes, write_text
from gaitdesk.media.video import VideoReader
from gaitdesk.report.content import STANDARD_NORMS, Norms
from gaitdesk.report.csv import scoresheet_csv, totals_csv
from gaitdesk.report.interchange import write_analysis
from gaitdesk.report.overlay import overlay_film
from gaitdesk.report.pdf import PLAIN, Setup, write_pdf
from gaitdesk.report.standing import UNKEPT, Standing
from gaitdesk.report.stills import collect_stills

SCORESHEET_FILE = "scoresheet.csv"
TOTALS_FILE = "totals.csv"
REPORT_FILE = "report.pdf"
NO_PICTURES: Mapping[str, Image] = MappingProxyType({})


def write_results(
    analysis: Analysis,
    folder: Path,
    *,
    setup: Setup = PLAIN,
    norms: Norms = STANDARD_NORMS,
    pictures: Mapping[str, Image] = NO_PICTURES,
    standing: Standing = UNKEPT,
    on_ready: Callable[[Sequence[Path]], None] | None = None,
) -> Job[tuple[Path, ...]]:
    """Write everything an analysis gives away: JSON, keypoints, tables, overlay films, report.

    The files are made in a hidden folder beside the target and moved into it when all are
    ready. Until then, results of an earlier analysis stay; other files in the folder always do.

    Args:
        analysis: What was found.
        folder: Where the files go; made if it does not exist.
        setup: Paper, language and letterhead of the report.
        norms: Where the report's norms come from.
        pictures: What else is to stand in the folder, by file name, each `network-<word>.png`.
        standing: How the visit stands in the records, for the report.
        on_ready: Is given the files before they appear; where it raises, they never do.

    Yields:
        One step every few frames or stills.

    Returns:
        The files, in the order they are named above.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
        DiskFull, OutputNotWritable: The folder cannot take the files.
    """
    with _work_folder(folder) as work:
        yield Progress(0, None, tr("Writing the scores"))
        made = list(write_analysis(analysis, work))
        for name, table in (
            (SCORESHEET_FILE, scoresheet_csv(analysis)),
            (TOTALS_FILE, totals_csv(analysis)),
        ):
            write_text(work / name, table)
            made.append(work / name)
        for name, picture in pictures.items():
            write_bytes(work / name, _png(picture))
            made.append(work / name)
        made += yield from abreast(
            [
                _overlay(
                    film,
                    work / overlay_name(number, film),
                    instants_of(analysis.cycles, number),
                )
                for number, film in enumerate(analysis.films)
            ]
        )
        stills = yield from collect_stills(analysis)
        yield Progress(0, None, tr("Laying out the report"))
        report = work / REPORT_FILE
        write_pdf(analysis, report, stills=stills, setup=setup, norms=norms, standing=standing)
        made.append(report)
        if on_ready is not None:
            on_ready(made)
        return _move_in(made, work, folder)


def _overlay(film: FilmAnalysis, path: Path, instants: Sequence[Instant]) -> Job[Path]:
    with VideoReader(film.video) as reader:
        return (yield from overlay_film(film, reader, path, instants))


def _png(picture: Image) -> bytes:
    is_done, coded = cv2.imencode(".png", picture[..., ::-1])
    if not is_done:
        raise ValueError(f"a picture of shape {picture.shape} could not be coded as PNG")
    return coded.tobytes()


def overlay_name(number: int, film: FilmAnalysis) -> str:
    """File name of a film's overlay; it does not repeat the film's own, which may name a child."""
    return f"overlay-{number + 1}-{film.plane.value}.mp4"


@contextlib.contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """A folder inside the target, gone at the end whatever happens; so is a target newly made."""
    with _about(folder):
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(prefix=".gaitdesk-", dir=folder))
        except OSError:
            _remove_empty(missing)
            raise
        try:
            yield work
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            _remove_empty(missing)
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _remove_empty(folders: list[Path]) -> None:
    """Take away the folders that were made, deepest first, unless someone has put things there."""
    for one in folders:
        with contextlib.suppress(OSError):
            one.rmdir()


def _move_in(made: list[Path], work: Path, folder: Path) -> tuple[Path, ...]:
    """Move the files into place; if one cannot be moved, put back what was there."""
    kept = work / "earlier"
    kept.mkdir()
    earlier = list(_results_in(folder))
    moved: list[Path] = []
    set_aside: list[Path] = []
    try:
        for path in earlier:
            path.replace(kept / path.name)
            set_aside.append(path)
        for path in made:
            path.replace(folder / path.name)
            moved.append(folder / path.name)
    except BaseException:
        for path in moved:
            path.unlink(missing_ok=True)
        for path in set_aside:
            (kept / path.name).replace(path)
        raise
    return tuple(moved)


def _results_in(folder: Path) -> Iterator[Path]:
    """Files of an earlier run, which would contradict the new ones if they stayed."""
    for pattern in (
        "analysis.json",
        "keypoints.coco.json",
        SCORESHEET_FILE,
        TOTALS_FILE,
        "overlay-[0-9]*-*.mp4",
        "network-*.png",
        REPORT_FILE,
    ):
        yield from folder.glob(pattern)


@contextlib.contextmanager
def _about(folder: Path) -> Iterator[None]:
    """Say of the results' folder what the system, or a writer inside it, says of a hidden file."""
    try:
        yield
    except DiskFull as error:
        raise DiskFull(folder, _free_bytes(folder)) from error
    except OutputNotWritable as error:
        cause = error.__cause__
        reason = os_words(cause) if isinstance(cause, OSError) else ""
        raise OutputNotWritable(folder, reason or str(error)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(folder, _free_bytes(folder)) from error
        about = Path(os.fsdecode(error.filename)) if error.filename is not None else folder
        if about != folder and folder not in about.parents and about not in folder.parents:
            raise
        raise OutputNotWritable(folder, os_words(error)) from error


def _free_bytes(folder: Path) -> int:
    place = next(one for one in (folder, *folder.absolute().parents) if one.is_dir())
    return shutil.disk_usage(place).free
