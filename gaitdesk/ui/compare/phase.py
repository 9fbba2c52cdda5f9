"""Films of several visits at the same place of the gait cycle, whatever their cadence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.gait import GaitCycle
from gaitdesk.domain.recording import Sync
from gaitdesk.gait.cycles import is_near


@dataclass(frozen=True, slots=True, eq=False)
class PhasedFilm:
    """One film of a visit with the gait cycle that it is locked to.

    Attributes:
        film: The film.
        cycle: A cycle of the limb; its times are of the sagittal film it was seen in.
        sync: Where the film lies on that sagittal film's time; None for the sagittal film itself.
    """

    film: FilmAnalysis
    cycle: GaitCycle
    sync: Sync | None = None

    def time_s(self, pct: float) -> float:
        """Time in the film of a place in the cycle."""
        time_s = self.cycle.start_s + pct / 100.0 * self.cycle.duration_s
        return time_s if self.sync is None else self.sync.to_coronal(time_s)

    def frame(self, pct: float) -> int:
        """The frame nearest to a place in the cycle, from 0."""
        return self.film.video.frame_at(self.time_s(pct))

    def covers(self, pct: float) -> bool:
        """Whether the film was running at that moment."""
        video = self.film.video
        gap_s = 0.75 / (video.fps or 30.0)
        return bool(video.times_s[0] - gap_s <= self.time_s(pct) <= video.times_s[-1] + gap_s)

    @property
    def foot_off_pct(self) -> float | None:
        """Where stance ends; None where the foot was not seen to leave the ground."""
        if self.cycle.foot_off_s is None:
            return None
        return self.cycle.pct(self.cycle.foot_off_s)


def cycles_of(analysis: Analysis, side: Side) -> tuple[GaitCycle, ...]:
    """Cycles of a limb whose films have frames: the limb near the camera first, then the surest."""
    held = [
        cycle
        for cycle in analysis.cycles
        if cycle.side is side and analysis.films[cycle.film].video.frame_count
    ]

    def rank(one: GaitCycle) -> tuple[bool, float, int, float]:
        is_far = not is_near(analysis.films[one.film], one)
        return is_far, -one.confidence, one.film, one.start_s

    return tuple(sorted(held, key=rank))


def phased(analysis: Analysis, cycle: GaitCycle, plane: Plane) -> PhasedFilm | None:
    """The film of a plane that shows a cycle; None where no film is known to show it."""
    if plane is Plane.SAGITTAL:
        return PhasedFilm(analysis.films[cycle.film], cycle)
    for sync in analysis.sync:
        film = analysis.films[sync.coronal]
        if sync.sagittal == cycle.film and sync.is_usable and film.video.frame_count:
            return PhasedFilm(film, cycle, sync)
    return None


def length_s(films: Sequence[PhasedFilm]) -> float:
    """How long the cycle takes when all are played together: as long as the slowest."""
    return max((one.cycle.duration_s for one in films), default=1.0)
