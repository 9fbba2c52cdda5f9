"""What is wrong with a film before it is analysed, and for which items it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import listed, retold, tr
from gaitdesk.report.words import number

RECOMMENDED_FPS = 50.0
LOWEST_PICTURE = 480
SHORTEST_S = 2.0

TIMED = (Item.INITIAL_CONTACT, Item.HEEL_LIFT, Item.TERMINAL_SWING_KNEE)
"""Items decided by a moment, which a slow film may not hold."""
FINE = (Item.INITIAL_CONTACT, Item.HEEL_LIFT, Item.FOOT_CLEARANCE)
"""Items decided by the small parts of the foot."""

_SAGITTAL_NAMES = ("sagittal", "side", "lateral", "left", "right")
_CORONAL_NAMES = ("coronal", "front", "back", "anterior", "posterior", "forward", "rear")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a film.

    Attributes:
        text: A sentence.
        items: Items it matters for; empty where it matters for all or for none.
        is_fatal: Whether the film cannot be analysed.
    """

    text: str
    items: tuple[Item, ...] = ()
    is_fatal: bool = False


def findings(video: Video, plane: Plane) -> tuple[Finding, ...]:
    """What there is to know about a film before it is analysed, the worst first."""
    # The work itself is imported only once there is a film, so that the window opens quickly.
    from gaitdesk.jobs.order import FEWEST_FRAMES, SLOWEST_FPS

    found = []
    if video.frame_count < FEWEST_FRAMES:
        found.append(
            Finding(
                tr(
                    "Only {frames} frames: a gait cycle needs at least {needed}. Choose a longer"
                    " film."
                ).format(frames=video.frame_count, needed=FEWEST_FRAMES),
                is_fatal=True,
            )
        )
    if video.fps < SLOWEST_FPS:
        found.append(
            Finding(
                tr(
                    "{fps} frames a second is too few to see when a foot meets the ground. Record"
                    " again at 60."
                ).format(fps=number(video.fps)),
                is_fatal=True,
            )
        )
    elif video.fps < RECOMMENDED_FPS and plane is Plane.SAGITTAL:
        found.append(
            Finding(
                tr(
                    "{fps} frames a second; 60 are recommended. Moments are known to {ms} ms."
                ).format(fps=number(video.fps), ms=number(1000.0 / video.fps)),
                TIMED,
            )
        )
    if video.duration_s < SHORTEST_S and video.frame_count >= FEWEST_FRAMES:
        found.append(
            Finding(
                tr("Only {seconds} s long: two full strides may not be in it.").format(
                    seconds=number(video.duration_s, 1)
                )
            )
        )
    if min(video.width, video.height) < LOWEST_PICTURE:
        found.append(
            Finding(
                tr("Small picture ({width} × {height}): the foot has few points.").format(
                    width=video.width, height=video.height
                ),
                FINE if plane is Plane.SAGITTAL else (Item.HINDFOOT_VARUS_VALGUS,),
            )
        )
    if video.is_variable_rate:
        found.append(
            Finding(tr("Frames come at uneven times; their true times are used throughout."))
        )
    if video.rotation_deg:
        found.append(
            Finding(
                tr("Turned upright by {degrees}°, as the film says.").format(
                    degrees=video.rotation_deg
                )
            )
        )
    found += [Finding(retold(note)) for note in video.notes]
    return tuple(found)


def missing_planes(planes: Sequence[Plane]) -> tuple[Finding, ...]:
    """What cannot be scored because no film was recorded for it."""
    found = []
    if Plane.SAGITTAL not in planes:
        found.append(
            Finding(
                tr("Without a film from the side, 11 items cannot be scored."),
                tuple(item for item in Item if item.plane is Plane.SAGITTAL),
            )
        )
    if Plane.CORONAL not in planes:
        found.append(
            Finding(
                tr("Without a film from the front or back, 6 items cannot be scored."),
                tuple(item for item in Item if item.plane is Plane.CORONAL),
            )
        )
    return tuple(found)


def guessed_plane(path: Path, taken: Sequence[Plane]) -> Plane:
    """The plane a film was probably recorded for, by its name, else the one not there yet."""
    name = path.stem.casefold()
    if any(word in name for word in _CORONAL_NAMES):
        return Plane.CORONAL
    if any(word in name for word in _SAGITTAL_NAMES):
        return Plane.SAGITTAL
    return Plane.CORONAL if Plane.SAGITTAL in taken else Plane.SAGITTAL


def matters_words(items: Sequence[Item]) -> str:
    """For which items something matters, by their numbers on the form."""
    if not items:
        return ""
    numbers = listed(str(item.number) for item in items)
    return tr("Items it matters for: {numbers}.").format(numbers=numbers)
