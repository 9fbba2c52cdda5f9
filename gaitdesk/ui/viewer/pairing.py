"""Which films of an analysis are shown together, and how they lie in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.correction import Correction
from gaitdesk.domain.recording import Sync, SyncSource
from gaitdesk.media.sync import stated_sync
from gaitdesk.report.words import plane_word
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.tracks import Track, corrected_frames, deciding_frames


def has_same_films(one: Analysis | None, other: Analysis) -> bool:
    """Whether two analyses are of the same films."""
    return one is not None and _films(one) == _films(other)


def _films(analysis: Analysis) -> list[tuple[object, ...]]:
    return [(film.video.path, film.video.frame_count, film.plane) for film in analysis.films]


def first_pair(analysis: Analysis) -> tuple[int, ...]:
    """The first sagittal and the first coronal film, as far as there are any."""
    firsts = (
        next((i for i, film in enumerate(analysis.films) if film.plane is plane), None)
        for plane in (Plane.SAGITTAL, Plane.CORONAL)
    )
    return tuple(
        film for film in firsts if film is not None and analysis.films[film].video.frame_count
    )


def slot_for(analysis: Analysis, shown: Sequence[int], film: int) -> int:
    """The pane that a film not shown yet should take: that of its plane, else the last."""
    plane = analysis.films[film].plane
    taken = (slot for slot, one in enumerate(shown) if analysis.films[one].plane is plane)
    return next(taken, len(shown) - 1)


def axis_of(analysis: Analysis, films: tuple[int, ...]) -> TimeAxis:
    """The films in time; those that were never related start together."""
    videos = tuple(analysis.films[film].video for film in films)
    if len(films) < 2:
        return TimeAxis(videos)
    found = next((s for s in analysis.sync if (s.sagittal, s.coronal) == films), None)
    if found is None or found.source is SyncSource.NONE:
        found = stated_sync(films[0], films[1], 0.0)
    return TimeAxis(videos, found)


def proposed_sync(analysis: Analysis, films: tuple[int, ...]) -> Sync | None:
    """How the films were related without a person's doing; None where that is not known."""
    found = next((s for s in analysis.sync if (s.sagittal, s.coronal) == films), None)
    if found is None or found.source in (SyncSource.USER, SyncSource.NONE):
        return None
    return found


def tracks_of(
    analysis: Analysis, films: Sequence[int], standing: Iterable[Correction] = ()
) -> tuple[Track, ...]:
    """The films as the timeline shows them, with the corrections that stand."""
    corrections = tuple(standing)
    return tuple(
        Track(
            slot,
            _short_name(analysis.films[film]),
            analysis.films[film],
            deciding_frames(analysis, film),
            corrected_frames(corrections, film),
        )
        for slot, film in enumerate(films)
    )


def _short_name(film: FilmAnalysis) -> str:
    word = plane_word(film.plane)
    return word[:1].upper() + word[1:]


def choices_for(analysis: Analysis, film: int) -> list[tuple[int, str]]:
    """Films that could be shown in another's place: those of its plane, by name."""
    plane = analysis.films[film].plane
    return [
        (index, one.video.path.name)
        for index, one in enumerate(analysis.films)
        if one.plane is plane and one.video.frame_count
    ]


def first_walk_s(films: Sequence[FilmAnalysis], axis: TimeAxis) -> float:
    """The first moment at which somebody walks."""
    starts = [
        axis.time_of(slot, one.first_frame)
        for slot, film in enumerate(films)
        for one in film.passes[:1]
        if 0 <= one.first_frame < film.video.frame_count
    ]
    return starts[0] if starts else axis.time_of(0, 0)


def cycle_near(
    analysis: Analysis, films: Sequence[int], axis: TimeAxis, time_s: float
) -> tuple[float, float] | None:
    """Start and end on the axis of the gait cycle at a moment, or else of the nearest."""
    spans = [
        (axis.to_axis(slot, cycle.start_s), axis.to_axis(slot, cycle.end_s))
        for slot, film in enumerate(films)
        for cycle in analysis.cycles
        if cycle.film == film
    ]
    around = [span for span in spans if span[0] - 1e-6 <= time_s <= span[1] + 1e-6]
    return min(around or spans, key=lambda span: abs(sum(span) / 2 - time_s), default=None)
