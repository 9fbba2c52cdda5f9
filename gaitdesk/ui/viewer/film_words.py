"""What a pane says of its film: which it is, and where in it."""

from __future__ import annotations

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.i18n import tr
from gaitdesk.report.words import plane_word, view_words
from gaitdesk.ui.viewer.layers import pass_at


def film_name(film: FilmAnalysis | None) -> str:
    """The film's name for people who do not see it."""
    if film is None:
        return tr("No film")
    return tr("{plane} film, {name}").format(
        plane=plane_word(film.plane), name=film.video.path.name
    )


def film_title(film: FilmAnalysis, frame: int | None) -> str:
    """View at a frame, and name of the film; None stands for no frame yet."""
    here = None if frame is None else pass_at(film, frame)
    seen = plane_word(film.plane) if here is None else view_words(here.view)
    return tr("{view} · {name}").format(view=seen[:1].upper() + seen[1:], name=film.video.path.name)


def place_words(film: FilmAnalysis, frame: int, *, is_waiting: bool) -> str:
    """Which frame is shown and when it was filmed.

    Args:
        film: The film.
        frame: The frame, from 0.
        is_waiting: Whether another one is on its way.
    """
    words = tr("{frame} / {frames}   {seconds} s").format(
        frame=frame + 1,
        frames=film.video.frame_count,
        seconds=f"{float(film.video.times_s[frame]):.3f}",
    )
    return tr("loading …   {place}").format(place=words) if is_waiting else words
