"""Phantom visits corrected whole by a simulated reviewer: the count that no hand can favour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Landmark, Plane, Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.correction import Correction, SideSwap
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.analysing import (
    AnalysisOrder,
    concluded,
    follow_film,
    synchronize,
    with_gait,
    with_gait_again,
)
from gaitdesk.jobs.calibrating import ItemResult, Specimen, agreement_of
from gaitdesk.media.output import atomic_folder
from gaitdesk.media.video import probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.correct import corrected
from gaitdesk.perception.package import find_package
from gaitdesk.perception.swap import leg_length_px
from gaitdesk.phantom.session import film_name
from gaitdesk.report.interchange import read_analysis, write_analysis
from gaitdesk.scoring.calibration import Calibration, calibration_of
from tests.bench.reviewer import (
    HAND,
    JUDGED,
    REACHES_S,
    EventEdits,
    Task,
    judged,
    off_by,
    reviewed,
    runs,
    with_events_reviewed,
)
from tests.bench.sessions import changed_cells

EVENT_TOLERANCE_S = 2.0 / 60.0
NOT_FOLLOWED_S = 0.5
"""From so long on a walk was not followed; nobody drags a body's joints through it one by one."""
ROUNDS = 5
"""After that many times the deciding frames hardly move any more."""
CLOSEST = 2
"""The way that holds points closest to the truth."""
Places = Mapping[int, FloatArray]
"""What is judged in each film of a visit, as `Task.true_px`."""

_FOOT = ("ankle", "heel", "big_toe")
_SHANK = ("knee", *_FOOT)
_LEG = ("hip", "knee", "ankle")
_KNEES = (Item.STANCE_KNEE_EXTENSION, Item.SWING_KNEE_FLEXION)
READ_FROM: Mapping[Item, tuple[str, ...]] = {
    Item.INITIAL_CONTACT: _FOOT,
    Item.HEEL_LIFT: _FOOT,
    Item.STANCE_DORSIFLEXION: _SHANK,
    Item.FOOT_CLEARANCE: _FOOT,
    Item.SWING_DORSIFLEXION: _SHANK,
    Item.STANCE_KNEE_EXTENSION: _LEG,
    Item.TERMINAL_SWING_KNEE: _LEG,
    Item.SWING_KNEE_FLEXION: _LEG,
    Item.STANCE_HIP_EXTENSION: ("shoulder", "hip", "knee"),
    Item.SWING_HIP_FLEXION: ("shoulder", "hip", "knee"),
    Item.PELVIC_OBLIQUITY: ("hip",),
    Item.TRUNK_SAGITTAL: ("shoulder", "hip"),
    Item.TRUNK_LATERAL_SHIFT: ("shoulder", "hip"),
}
"""The points that an item is read from; the items that no body point shows are not there."""


@dataclass(frozen=True)
class PhantomVisit:
    """A phantom's visit as it was, and as the default saw it.

    Attributes:
        truth: As it was.
        films: As the default followed them, with passes, events and angles.
        read: What the product made of them.
    """

    truth: Analysis
    films: tuple[FilmAnalysis, ...]
    read: Analysis


@dataclass(frozen=True)
class Way:
    """How much a reviewer looks at.

    Attributes:
        words: Said in the table.
        tolerance: How far off a point may stay, leg lengths.
        is_near_alone: Whether only the limb near the side camera is judged in its film.
        is_deciding_alone: Whether only the frames that decide an item are judged.
    """

    words: str
    tolerance: float
    is_near_alone: bool = False
    is_deciding_alone: bool = False


WAYS = (
    Way("every frame, both limbs", 0.1),
    Way("every frame, the limb near the side camera", 0.1, is_near_alone=True),
    Way("every frame, the limb near the side camera", 0.05, is_near_alone=True),
    Way("the frames that decide an item", 0.05, is_deciding_alone=True),
)


@dataclass(frozen=True)
class Work:
    """What a reviewer did to one visit.

    Attributes:
        corrections: Of the films, in order.
        events: Of the side film; None where they were not looked at.
        judged, wrong: Points that were judged, and that were too far off before.
        read: What the product makes of the visit after it.
        read_as_exact: The same with the calibration of exact points; None where too few frames
            were corrected for it.
    """

    corrections: tuple[Correction, ...]
    events: EventEdits | None
    judged: int
    wrong: int
    read: Analysis
    read_as_exact: Analysis | None = None

    def of_film(self, index: int) -> int:
        """Corrections of one film, events left out."""
        return sum(one.film == index for one in self.corrections)

    @property
    def count(self) -> int:
        """All that was done."""
        return len(self.corrections) + (0 if self.events is None else self.events.count)


def phantom_visits(folder: Path, most: int) -> list[PhantomVisit]:
    """The first children of a filmed cohort, followed by the default; kept beside the films."""
    model = BlazePose(find_package("blazepose"), 1)
    calibration = calibration_of(model.name)
    visits = []
    children = sorted(path for path in folder.iterdir() if (path / "truth").is_dir())
    for child in children[:most]:
        truth = read_analysis(child / "truth")
        kept = child / "followed"
        if not kept.is_dir():
            followed = []
            for film in truth.films:
                video = probe(child / film_name(film.plane), with_hash=False)
                found, is_fixed = finish(follow_film(video, film.plane, model))
                followed.append(replace(found, is_camera_fixed=is_fixed))
            with atomic_folder(kept) as work:
                write_analysis(Analysis(Patient(child.name), tuple(followed)), work)
        films = tuple(
            with_gait(film, film.is_camera_fixed, calibration, truth.patient)
            for film in read_analysis(kept).films
        )
        visits.append(PhantomVisit(truth, films, _read(truth, films, calibration)))
        print(child.name, flush=True)
    return visits


def _read(truth: Analysis, films: Sequence[FilmAnalysis], calibration: Calibration) -> Analysis:
    order = AnalysisOrder((), truth.patient)
    return concluded(films, synchronize(films, None), order, calibration)


def worked(visit: PhantomVisit, way: Way, calibration: Calibration, seed: int) -> Work:
    """What a reviewer has to do to one visit."""
    if way.is_deciding_alone:
        return _at_deciding_frames(visit, way, calibration, seed)
    places = {i: _walked(visit, i, way) for i in range(len(visit.films))}
    made = _corrections(visit, places, way.tolerance, seed)
    films = list(_after(visit, made, calibration))
    events: EventEdits | None = None
    for i, film in enumerate(films):
        if film.plane is Plane.SAGITTAL:
            events = with_events_reviewed(film, visit.truth.films[i].events, EVENT_TOLERANCE_S)
            films[i] = replace(film, events=events.events)
    read = _read(visit.truth, films, calibration)
    as_exact = _read(visit.truth, films, calibration_of("exact"))
    return Work(made, events, *_counts(visit, places, way.tolerance), read, as_exact)


def _at_deciding_frames(visit: PhantomVisit, way: Way, calibration: Calibration, seed: int) -> Work:
    """Goes to the frame that decides each item, and again where a correction made it another."""
    read = visit.read
    places: dict[int, FloatArray] = {
        i: np.full_like(film.pose.points_px, np.nan) for i, film in enumerate(visit.truth.films)
    }
    made: tuple[Correction, ...] = ()
    for _ in range(ROUNDS):
        for i, frame, points in _deciding(read):
            true_px = visit.truth.films[i].pose.points_px
            here = judged(true_px, [frame], points)
            places[i] = np.where(np.isfinite(here), here, places[i])
        again = _corrections(visit, places, way.tolerance, seed)
        if len(again) == len(made):
            break
        made = again
        read = _read(visit.truth, _after(visit, made, calibration), calibration)
    return Work(made, None, *_counts(visit, places, way.tolerance), read)


def _deciding(read: Analysis) -> Iterable[tuple[int, int, list[Landmark]]]:
    """Film, frame and points of everything that an item was read from."""
    for (side, item), cell in read.scoresheet.cells.items():
        for proposal in cell.proposed:
            if proposal.evidence is not None and item in READ_FROM:
                sides = Side if item.plane is Plane.CORONAL else (side,)
                points = [landmark(one, part) for one in sides for part in READ_FROM[item]]
                yield proposal.evidence.film, proposal.evidence.frame, points


def _walked(visit: PhantomVisit, index: int, way: Way) -> FloatArray:
    """Where the judged points truly are while the child walks, and was followed at all."""
    film = visit.truth.films[index]
    places = np.full_like(film.pose.points_px, np.nan)
    for one in film.passes:
        near = one.view.near_side if way.is_near_alone else None
        points = [p for p in JUDGED if near is None or p.name.startswith(near.name)]
        frames = range(one.first_frame, one.last_frame + 1)
        here = judged(film.pose.points_px, frames, points)
        places = np.where(np.isfinite(here), here, places)
    for first, last in _not_followed(visit.films[index]):
        places[first : last + 1] = np.nan
    return places


def _not_followed(film: FilmAnalysis) -> list[tuple[int, int]]:
    """First and last frame of each stretch in which nobody was found."""
    least = NOT_FOLLOWED_S * film.video.fps
    return [(a, b) for a, b in runs(~film.pose.is_seen) if b - a + 1 >= least]


def _corrections(
    visit: PhantomVisit, places: Places, tolerance: float, seed: int
) -> tuple[Correction, ...]:
    made: list[Correction] = []
    for i, film in enumerate(visit.films):
        if np.isfinite(places[i]).any():
            whole = _whole_leg_px(visit, i)
            rng = np.random.default_rng([seed, i])
            made += reviewed(Task(film, i, places[i], tolerance, whole), rng)
    return tuple(made)


def _counts(visit: PhantomVisit, places: Places, tolerance: float) -> tuple[int, int]:
    total = wrong = 0
    for i, film in enumerate(visit.films):
        off = off_by(film.pose.points_px, places[i], _whole_leg_px(visit, i))
        total += int((off >= 0).sum())
        wrong += int((off > tolerance).sum())
    return total, wrong


def _whole_leg_px(visit: PhantomVisit, index: int) -> float:
    return leg_length_px(visit.truth.films[index].pose)


def _after(
    visit: PhantomVisit, made: Sequence[Correction], calibration: Calibration
) -> tuple[FilmAnalysis, ...]:
    return tuple(
        with_gait_again(
            film,
            corrected(film, [one for one in made if one.film == i]),
            calibration,
            visit.truth.patient,
        )
        for i, film in enumerate(visit.films)
    )


def phantoms_text(visits: Sequence[PhantomVisit], seed: int = 8) -> str:
    """How many corrections phantom visits need, and what becomes of their scores."""
    calibration = calibration_of(BlazePose(find_package("blazepose"), 1).name)
    works = [
        [worked(one, way, calibration, seed + n) for n, one in enumerate(visits)] for way in WAYS
    ]
    side = [[i for i, f in enumerate(v.films) if f.plane is Plane.SAGITTAL] for v in visits]
    seconds = [sum(film.video.duration_s for film in one.films) for one in visits]
    frames = [[len(film.pose) for film in one.films] for one in visits]
    lines = [
        f"{len(visits)} phantom children, each filmed from the side and from the end of the walkway"
        f" while it walks there and back ({min(map(sum, frames))} to {max(map(sum, frames))} frames"
        f" of 960 x 540, {min(seconds):.0f} to {max(seconds):.0f} s in both films), analysed by the"
        " default. A simulated reviewer knows where every point truly is, hidden or not, exchanges"
        " the legs where that is what is wrong, takes the joint that is farthest off, puts it where"
        f" it belongs as steadily as the annotator above ({100 * HAND:.1f} % of the leg on each"
        " axis), chooses of the reaches"
        f" {', '.join(f'{one:g}' for one in sorted(REACHES_S))} s the one that leaves fewest frames"
        " wrong, and goes on until nothing judged is beyond the tolerance; then moves, adds or"
        f" deletes events that are more than {1000 * EVENT_TOLERANCE_S:.0f} ms off. Judged are"
        " shoulders, hips, knees, ankles, heels and big toes. Median of the children (least to"
        " most):\n",
        "| judged | tolerance, % of leg | points beyond it before % | side film: moves and"
        " exchanges | end film | exchanges of sides in both | events moved, added, deleted |"
        " corrections of the visit | a second of film | cells of 34 that change |"
        " answered of the form % before -> after | right of the answers % before -> after |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    before = agreement_of([_specimen(v) for v in visits], [v.read for v in visits])
    results: list[tuple[ItemResult, ...]] = []
    for way, own in zip(WAYS, works, strict=True):
        after = agreement_of([_specimen(v) for v in visits], [w.read for w in own])
        results.append(after)
        at_side = [sum(w.of_film(i) for i in s) for w, s in zip(own, side, strict=True)]
        at_end = [len(w.corrections) - n for w, n in zip(own, at_side, strict=True)]
        exchanged = [sum(isinstance(c, SideSwap) for c in w.corrections) for w in own]
        rate = [w.count / s for w, s in zip(own, seconds, strict=True)]
        changed = [changed_cells(v.read, w.read) for v, w in zip(visits, own, strict=True)]
        lines.append(
            f"| {way.words} | {100 * way.tolerance:g} |"
            f" {100 * sum(w.wrong for w in own) / sum(w.judged for w in own):.1f} |"
            f" {_middle(at_side)} | {_middle(at_end)} | {_middle(exchanged)} | {_events(own)} |"
            f" **{_middle([w.count for w in own])}** | {np.median(rate):.1f} | {_middle(changed)} |"
            f" {_answered(before)} -> {_answered(after)} | {_right(before)} -> {_right(after)} |"
        )
    as_exact = [work.read_as_exact for work in works[CLOSEST]]
    exact = [one for one in as_exact if one is not None]
    results.append(agreement_of([_specimen(v) for v in visits], exact))
    return "\n".join(
        [*lines, "", _lost(visits), "", *_items(before, results), "", _meaning(calibration)]
    )


def _meaning(calibration: Calibration) -> str:
    taken = {item: calibration.items[item].offset for item in (Item.STANCE_DORSIFLEXION, *_KNEES)}
    words = ", ".join(f"{value:+.1f} to {item.value}" for item, value in taken.items())
    return (
        "Putting points where they truly are helps an item only as far as its calibration does not"
        " make up already for what the default gets wrong in the same way everywhere (it adds"
        f" {words}, degrees): the extension of the hip gains, the ankle in stance loses, as heels"
        " and toes that were put right are still read as the default's are; and a hand that is"
        " 1.3 % of a leg unsteady turns a foot, a quarter of a leg long, by 4 degrees. To correct"
        " every frame, and the events with them, lets the rules answer more of the form and no less"
        " rightly, for several times as many corrections as in the frames that decide an"
        " item alone."
    )


def _lost(visits: Sequence[PhantomVisit]) -> str:
    """Walks that were not followed, and walks whose legs were named the wrong way round."""
    gaps = [
        (film.plane, last - first + 1)
        for visit in visits
        for film in visit.films
        for first, last in _not_followed(film)
    ]
    if not gaps:
        return "Every walk was followed."
    where = ", ".join(f"{frames} frames of one {plane} film" for plane, frames in gaps)
    return (
        f"Not followed at all, and left out of the counts: {where}. No joint is dragged there: the"
        " reviewer points at the child in a frame of it, and has it followed anew; tried once, in a"
        " film cut between two walks that gave this walk in place of the other."
    )


def _specimen(visit: PhantomVisit) -> Specimen:
    return Specimen(visit.truth, visit.films)


def _middle(counts: Sequence[int]) -> str:
    return f"{np.median(counts):g} ({min(counts)} to {max(counts)})"


def _events(own: Sequence[Work]) -> str:
    edits = [work.events for work in own if work.events is not None]
    if not edits:
        return "not looked at"
    return ", ".join(
        f"{np.median([getattr(one, what) for one in edits]):g}"
        for what in ("moved", "added", "deleted")
    )


def _answered(results: Sequence[ItemResult]) -> str:
    given = sum(one.agreement.count for one in results)
    return f"{100 * given / max(1, given + sum(one.left for one in results)):.0f}"


def _right(results: Sequence[ItemResult]) -> str:
    given = sum(one.agreement.count for one in results)
    right = sum(int(np.trace(one.agreement.confusion)) for one in results)
    return f"{100 * right / max(1, given):.1f} ({right} of {given})"


def _items(before: Sequence[ItemResult], after: Sequence[Sequence[ItemResult]]) -> list[str]:
    ways = [f"{way.words}, {100 * way.tolerance:g} %" for way in WAYS]
    ways.append(f"{ways[CLOSEST]}, read as exact points are")
    lines = [
        "The measure each item is judged by, measured less true, median of the absolute values over"
        " all limbs in the measure's unit, and answers right of those given. Items without a number"
        " that reader and truth share show answers alone; those that no body point shows are left"
        " to the reviewer before and after:\n",
        f"| item | default | {' | '.join(ways)} |",
        f"|---|---|{'---|' * len(ways)}",
    ]
    for place, first in enumerate(before):
        own = [first, *(each[place] for each in after)]
        lines.append(f"| {first.item.number} {first.item.value} | {' | '.join(map(_item, own))} |")
    return lines


def _item(result: ItemResult) -> str:
    error = f"{np.median(np.abs(result.errors)):.1f}; " if result.errors else ""
    right = int(np.trace(result.agreement.confusion))
    return f"{error}{right} of {result.agreement.count}"
