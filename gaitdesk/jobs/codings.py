"""The ways films are coded, each tried by writing a tiny film and reading it back."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import cast

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import tr


@dataclass(frozen=True, slots=True)
class Coding:
    """A way films are coded, and how to make a tiny one."""

    name: str
    decoder: str
    encoder: str
    container: str
    pixel_format: str
    options: dict[str, str]


CODINGS = (
    Coding("H.264", "h264", "libx264", "mp4", "yuv420p", {"preset": "ultrafast"}),
    Coding("HEVC", "hevc", "libx265", "mp4", "yuv420p", {"x265-params": "log-level=none"}),
    Coding(
        "HEVC, 10 bit", "hevc", "libx265", "mp4", "yuv420p10le", {"x265-params": "log-level=none"}
    ),
    Coding("VP9", "vp9", "libvpx-vp9", "webm", "yuv420p", {"deadline": "realtime"}),
    Coding("MJPEG", "mjpeg", "mjpeg", "avi", "yuvj420p", {}),
)
"""Those that phones, webcams and clinic cameras write."""


class CodingFails(GaitDeskError):
    """A coding that the installed video library does not read."""


def try_coding(coding: Coding) -> str:
    """Make a tiny film, read it back, and compare each frame; what was done, for people.

    Raises:
        CodingFails: There is no decoder, or what comes back is not what was put in.
        ImportError: The video library itself does not load.
    """
    import av
    import numpy as np
    from av.codec.codec import UnknownCodecError

    try:
        av.Codec(coding.decoder, "r")
    except UnknownCodecError as error:
        raise CodingFails(tr("The video library has no decoder for it.")) from error
    try:
        av.Codec(coding.encoder, "w")
    except UnknownCodecError:
        return tr("A decoder is there; it was not tried, because no film could be made")
    levels = [40 + 30 * step for step in range(6)]
    file = io.BytesIO()
    try:
        with av.open(file, "w", format=coding.container) as film:
            stream = cast(
                av.VideoStream,
                film.add_stream(coding.encoder, rate=30, options=coding.options),
            )
            stream.width, stream.height, stream.pix_fmt = 64, 48, coding.pixel_format
            for level in levels:
                picture = np.full((48, 64, 3), level, np.uint8)
                film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            film.mux(stream.encode())
        file.seek(0)
        with av.open(file, "r") as film:
            found = [
                float(frame.to_ndarray(format="rgb24").mean()) for frame in film.decode(video=0)
            ]
    except av.FFmpegError as error:
        raise CodingFails(tr("It failed: {reason}").format(reason=error)) from error
    if len(found) != len(levels) or not np.allclose(found, levels, atol=8):
        raise CodingFails(tr("The frames that came back are not those that were written."))
    return tr("%n frames written and read back", "", len(levels))
