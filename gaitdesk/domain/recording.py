"""Films of a walk: the camera's file, its frames in time, and how two films share one clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.arrays import FloatArray


class View(StrEnum):
    """How the camera sees the walking child.

    The sagittal views name the limb near the camera, the coronal ones the body surface seen.
    """

    SAGITTAL_LEFT = "sagittal_left"
    SAGITTAL_RIGHT = "sagittal_right"
    CORONAL_FRONT = "coronal_front"
    CORONAL_BACK = "coronal_back"

    @property
    def plane(self) -> Plane:
        """The anatomical plane seen."""
        return Plane.SAGITTAL if self.value.startswith("sagittal") else Plane.CORONAL

    @property
    def near_side(self) -> Side | None:
        """The limb near the camera; None for coronal views, which see both."""
        return {View.SAGITTAL_LEFT: Side.LEFT, View.SAGITTAL_RIGHT: Side.RIGHT}.get(self)


@dataclass(frozen=True, slots=True, eq=False)
class Video:
    """One camera's film and its frames in time.

    Frames count from 0 in order of presentation. Pixels are square and upright: rotation
    metadata, mirroring and non-square pixels have been undone by `media`.

    Attributes:
        path: The file.
        times_s: Presentation time of each frame from the first, shape (frames,), ascending.
        width, height: Size of the upright picture, pixels.
        rotation_deg: Clockwise turn that was applied to make the picture upright.
        is_mirrored: Whether the file shows a mirror image (as selfie cameras write), so that
            the picture was flipped back.
        codec: Name of the coding, as "h264".
        start_s: Presentation time of the first frame on the container's clock.
        recorded_at: Creation time the file states, ISO 8601, or empty.
        sha256: Content hash of the file, or empty where it was not computed.
        notes: What is wrong with the file and what follows, one sentence each.
    """

    path: Path
    times_s: FloatArray
    width: int
    height: int
    rotation_deg: int = 0
    is_mirrored: bool = False
    codec: str = ""
    start_s: float = 0.0
    recorded_at: str = ""
    sha256: str = ""
    notes: tuple[str, ...] = ()

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return len(self.times_s)

    @property
    def duration_s(self) -> float:
        """Time from the first frame to the last."""
        return float(self.times_s[-1] - self.times_s[0]) if len(self.times_s) else 0.0

    @property
    def fps(self) -> float:
        """Typical frames a second: one over the median gap; 0 for fewer than two frames."""
        gaps = np.diff(self.times_s)
        return float(1.0 / np.median(gaps)) if len(gaps) and np.median(gaps) > 0 else 0.0

    @property
    def is_variable_rate(self) -> bool:
        """Whether gaps between frames differ by more than a tenth of the typical gap."""
        gaps = np.diff(self.times_s)
        return bool(len(gaps)) and bool(np.ptp(gaps) > 0.1 * np.median(gaps))

    def frame_at(self, time_s: float) -> int:
        """Index of the frame whose presentation time is nearest to `time_s`."""
        right = int(np.searchsorted(self.times_s, time_s))
        if right <= 0:
            return 0
        if right >= len(self.times_s):
            return len(self.times_s) - 1
        before, after = self.times_s[right - 1], self.times_s[right]
        return right if after - time_s < time_s - before else right - 1


class SyncSource(StrEnum):
    """Where the offset between two films comes from."""

    MOTION = "motion"
    EVENTS = "events"
    CLOCK = "clock"
    USER = "user"
    NONE = "none"


LEAST_SYNC_CONFIDENCE = 0.26
"""Below this an offset proposed from motion is no better than a guess."""


@dataclass(frozen=True, slots=True)
class Sync:
    """How a coronal film lies on the time axis of a sagittal one.

    Time in the coronal film = time in the sagittal film * (1 + drift_ms_per_s / 1000) + offset_s.

    Attributes:
        sagittal, coronal: Indices of the films in the analysis.
        offset_s: Time in the coronal film of the sagittal film's time 0.
        confidence: 0 to 1; 0 where the films could not be related.
        source: What the offset rests on.
        drift_ms_per_s: Clock drift of the coronal film against the sagittal one; 0 where it is
            within its error, or the walk is too short to tell.
        drift_error_ms_per_s: One standard deviation of the drift; None where it was not measured.
        shared_s: Length of film that both show; None where unknown.
        residual_ms: Median distance of the coronal film's own gait events from those of the
            sagittal one, less what is common to all events of a kind; None where one shows none.
    """

    sagittal: int
    coronal: int
    offset_s: float
    confidence: float
    source: SyncSource
    drift_ms_per_s: float = 0.0
    drift_error_ms_per_s: float | None = None
    shared_s: float | None = None
    residual_ms: float | None = None

    @property
    def drift_ms(self) -> float | None:
        """Drift over all that both films show; None where it was not measured."""
        if self.shared_s is None or self.drift_error_ms_per_s is None:
            return None
        return self.drift_ms_per_s * self.shared_s

    @property
    def drift_error_ms(self) -> float | None:
        """One standard deviation of `drift_ms`."""
        if self.shared_s is None or self.drift_error_ms_per_s is None:
            return None
        return self.drift_error_ms_per_s * self.shared_s

    @property
    def is_usable(self) -> bool:
        """Whether the films were related well enough to time one by the other."""
        return self.source is not SyncSource.NONE and self.confidence >= LEAST_SYNC_CONFIDENCE

    def to_coronal(self, time_s: float) -> float:
        """Time in the coronal film of a time in the sagittal one."""
        return time_s * (1.0 + self.drift_ms_per_s / 1000.0) + self.offset_s

    def to_sagittal(self, time_s: float) -> float:
        """Time in the sagittal film of a time in the coronal one."""
        return (time_s - self.offset_s) / (1.0 + self.drift_ms_per_s / 1000.0)
