"""Every development film leaves as a case without heads: `python -m tests bench deidentify`."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import av
import cv2
import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.errors import PatientNotVisible
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.casing import CaseOrder, export_case
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.faces import Box, FaceDetector
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.package import find_package
from gaitdesk.report.headless import Heads, around, frames_words
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store
from tests.bench.results import record
from tests.conftest import FILMS
from tests.jobs.kept_visit import RATER, consent, filmed, kept

OF_THE_FORMAT = {
    *("major_brand", "minor_version", "compatible_brands"),
    *("language", "handler_name"),
}
"""What every MP4 file says of itself; none of it tells of the film."""
NO_VENDOR = "[0][0][0][0]"


@dataclass(frozen=True)
class Outcome:
    """What became of one film.

    Attributes:
        name: The film.
        frames: How many it has, and the case's film with it.
        blanked: Frames that are grey, and so the case lists; from 0.
        before, after: Frames in which a face is found, in the film and in the case's.
        closer: Those of the case's where a closer search takes something for a face.
        told: What the file says beyond its format: tags, and streams other than the pictures.
        seconds: What the export took.
    """

    name: str
    frames: int
    blanked: tuple[int, ...]
    before: int
    after: int
    closer: tuple[int, ...]
    told: tuple[str, ...]
    seconds: float


def main(argv: list[str]) -> int:
    """Export all films, record the table; 1 where a face is left, or a file tells something."""
    parser = argparse.ArgumentParser("bench deidentify")
    parser.add_argument("words", nargs="*", help="only films whose names hold one of these")
    parser.add_argument("--keep", type=Path, help="a folder for the cases, to be looked at")
    arguments = parser.parse_args(argv)
    films = sorted(FILMS.glob("*/*.mp4"))
    outcomes = []
    for path in films:
        name = str(path.relative_to(FILMS))
        if arguments.words and not any(word in name for word in arguments.words):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            outcomes.append(_exported(name, path, Path(scratch), arguments.keep))
        print(_row(outcomes[-1]), flush=True)
    table = "\n".join([*_HEAD, *map(_row, outcomes)])
    if not arguments.words:
        record(
            "deidentify",
            "Faces in de-identified cases",
            "python -m tests bench deidentify",
            f"""
Each development film is followed, kept as a visit, and exported as a case. Faces are those that
the detector finds where the export searches, in frames; "closer" searches every half of the
picture besides, which the export does not, and counts shapes that are no head as well. What a
file tells is read by
{"ffprobe" if shutil.which("ffprobe") else "PyAV"}: all tags beyond those of the format, and
streams other than the pictures.

{table}

Frames that are grey, as the cases list them, counted from 1; and those in which a closer search
takes something for a face:

{chr(10).join(map(_frames, outcomes))}
""",
        )
    return int(any(one.after or one.told for one in outcomes))


_HEAD = (
    "| film | frames | blanked | faces before | faces after | closer | file tells | s |",
    "|---|---|---|---|---|---|---|---|",
)


def _frames(one: Outcome) -> str:
    grey, closer = frames_words(one.blanked), frames_words(one.closer)
    return f"- {one.name}: {grey or 'none'}; {closer or 'none'}"


def _row(one: Outcome) -> str:
    told = "; ".join(one.told) or "nothing"
    return (
        f"| {one.name} | {one.frames} | {len(one.blanked)} | {one.before} | {one.after} |"
        f" {len(one.closer)} | {told} | {one.seconds:.0f} |"
    )


def _exported(name: str, path: Path, scratch: Path, keep: Path | None) -> Outcome:
    film = _followed(path)
    analysis = replace(filmed(scratch / "made"), films=(film,), sync=())
    desk = scratch / "desk"
    session = kept(analysis, desk)
    with Store.open(desk, rater=RATER) as store:
        consent(store, session, Purpose.RESEARCH)
    begun = time.perf_counter()
    case = finish(export_case(CaseOrder(session, scratch / "case", desk, RATER)))
    seconds = time.perf_counter() - begun
    (made,) = case.films
    listed = json.loads((case.place / "case.json").read_text("utf-8"))["films"][0]
    if tuple(listed["blanked_frames"]) != made.blanked:
        raise AssertionError(listed)
    out = case.place / made.name
    grey = _grey_frames(out)
    if not grey >= set(made.blanked):
        raise AssertionError(sorted(set(made.blanked) - grey))
    if keep is not None:
        shutil.copytree(case.place, keep / name.replace("/", "_"), dirs_exist_ok=True)
    detector = FaceDetector(find_package("blazepose"))
    near = _heads(film)
    before, after = _faces(path, detector, near), _faces(out, detector, near)
    return Outcome(
        name=name,
        frames=made.frames,
        blanked=made.blanked,
        before=len(before),
        after=len(after),
        closer=tuple(_faces(out, detector, near, is_closer=True)),
        told=told(out),
        seconds=seconds,
    )


def _followed(path: Path) -> FilmAnalysis:
    """The film with whoever is taken for the patient; with nobody where nobody is."""
    video = probe(path)
    try:
        found = finish(follow_patient(video, BlazePose(find_package("blazepose"))))
    except PatientNotVisible:
        return FilmAnalysis(video, Plane.SAGITTAL, PoseTrack.empty(video.frame_count))
    return FilmAnalysis(video, Plane.SAGITTAL, found.pose, found.mask, found.people)


def _heads(film: FilmAnalysis) -> dict[int, Box]:
    """The square around the patient's head, by frame, as the export looks for it."""
    heads, found = Heads(film), {}
    with VideoReader(film.video) as reader:
        for frame, image in reader.frames():
            area = heads.area(frame, image)
            if area is not None:
                found[frame] = around(area)
    return found


def _faces(
    path: Path, detector: FaceDetector, near: dict[int, Box], *, is_closer: bool = False
) -> list[int]:
    """Frames in which a face is found where the export searches, or by a closer search."""
    found = []
    with VideoReader(probe(path, with_hash=False)) as reader:
        for frame, image in reader.frames():
            places = (near[frame],) if frame in near else ()
            if detector.faces(image, places + (_parts(image) if is_closer else ())):
                found.append(frame)
    return found


def _parts(image: Image) -> tuple[Box, ...]:
    """Squares of half the picture's shorter side, half of each over the next."""
    height, width = image.shape[:2]
    side = min(height, width) / 2
    return tuple(
        (float(left), float(top), float(left + side), float(top + side))
        for top in np.arange(0.0, height - side / 2 - 1, side / 2)
        for left in np.arange(0.0, width - side / 2 - 1, side / 2)
    )


def _grey_frames(path: Path) -> set[int]:
    """Frames of one colour."""
    with VideoReader(probe(path, with_hash=False)) as reader:
        return {
            frame
            for frame, image in reader.frames()
            if np.ptp(cv2.resize(image, (64, 64), interpolation=cv2.INTER_AREA)) < 12
        }


def told(path: Path) -> tuple[str, ...]:
    """What a film file tells beyond its format: tags, side data, and streams beside the pictures.

    FFmpeg's own ffprobe is asked where it is installed, because it shows everything it can read.
    """
    if shutil.which("ffprobe") is None:
        with av.open(path) as film:
            tags = dict(film.metadata)
            kinds = [stream.type for stream in film.streams]
            for stream in film.streams:
                tags |= stream.metadata
            chapters = film.chapters()
    else:
        said = json.loads(_ffprobe(path))
        streams = said["streams"]
        kinds = [stream["codec_type"] for stream in streams]
        tags = dict(said["format"].get("tags", {}))
        for stream in streams:
            tags |= stream.get("tags", {})
        chapters = said["chapters"]
    if tags.get("vendor_id") == NO_VENDOR:
        del tags["vendor_id"]
    strange = [f"{name}={value}" for name, value in tags.items() if name not in OF_THE_FORMAT]
    strange += [f"{kind} stream" for kind in kinds[1:]] + ["chapters"] * bool(chapters)
    return tuple(strange if kinds[:1] == ["video"] else [*strange, "no pictures"])


def _ffprobe(path: Path) -> str:
    command = ["ffprobe", "-v", "error", "-print_format", "json"]
    command += ["-show_format", "-show_streams", "-show_chapters", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
