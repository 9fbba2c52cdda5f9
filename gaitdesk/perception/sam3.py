"""SAM 3, the paper's masks: one person followed through a film from a box, clicks or a mask.

The same reader takes SAM 2.1 and EdgeTAM, whose networks remember a film in the same way. Pictures
are made ready here, because what transformers would use for it cannot be had for every computer.

Source:
    Carion et al. (2025), SAM 3: Segment Anything with Concepts; Ravi et al. (2024), SAM 2.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import tr
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.model import MaskSeed
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.pretrained import admitted, load_pretrained, on_device

if TYPE_CHECKING:
    import torch

    from gaitdesk.perception.compute import ComputeDevice

TASK = "masks through a film"
"""What a package of such a network states as its task."""

FRAMES_AT_ONCE = 16
"""Pictures held while a film is followed backwards; it is decoded forwards."""

_PERSON = 1
_BOX_CORNERS = (2, 3)
_SEEN = 0.0


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of network that remembers a film.

    Attributes:
        network, session: Its classes in transformers.
        mean, spread: Of each colour, 0 to 1, that it was trained with.
        config_of: As `load_pretrained` asks.
    """

    network: str
    session: str
    mean: tuple[float, float, float]
    spread: tuple[float, float, float]
    config_of: Callable[[Path], Any] | None = None


def _edgetam_config(folder: Path) -> Any:
    from gaitdesk.perception.edgetam import config_without_timm

    return config_without_timm(folder)


_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "sam3": Family(
            "Sam3TrackerVideoModel",
            "Sam3TrackerVideoInferenceSession",
            (0.5, 0.5, 0.5),
            (0.5, 0.5, 0.5),
        ),
        "sam2": Family("Sam2VideoModel", "Sam2VideoInferenceSession", *_IMAGENET),
        "edgetam": Family(
            "EdgeTamVideoModel", "EdgeTamVideoInferenceSession", *_IMAGENET, _edgetam_config
        ),
    }
)
"""By what a package states as `family` under `[masks]`."""


class FilmMasks:
    """Masks of one person through a film by SAM 3, SAM 2.1 or EdgeTAM.

    However long the film, only the frames that the network still remembers are held.

    Attributes:
        name, provenance, device: As `FilmMaskModel` asks.
    """

    def __init__(self, package: ModelPackage, where: ComputeDevice | None = None) -> None:
        """Load a network; its files are checked first.

        Args:
            package: Of such a network.
            where: What it runs on; None takes the fastest there is.

        Raises:
            ModelPackageInvalid: Files are missing, altered, or of another kind of network.
            LicenceNotAccepted: Nobody has accepted the licence yet.
            ModelLibraryMissing: torch or transformers is not installed.
            MemoryTooSmall: There is no room for it.
        """
        self._family = family_of(package)
        where = admitted(package, where)
        self.name = f"{package.name} {package.version}"
        self.provenance = package.provenance
        self.device = where.name
        self._where = where
        network = load_pretrained(package, self._family.network, self._family.config_of)
        self._network = on_device(network, where)
        config = self._network.config
        self._side = int(config.image_size)
        self._remembered = 1 + max(config.num_maskmem, config.max_object_pointers_in_encoder)

    def masks(
        self, video: Video, seeds: Mapping[int, MaskSeed], span: tuple[int, int] | None = None
    ) -> Job[MaskTrack]:
        """The mask in every frame of a film, or of a part of it.

        It is followed from the first seed to the end, and from there back to the start; every
        seed is seen before either, so that a later one also mends what lies before it.

        Args:
            video: The film.
            seeds: What is said of the person, by frame.
            span: First and last frame that are looked at, both included; None for all. There is
                no mask outside of it, and no other frame is decoded than lies on the way.

        Yields:
            Frames done.

        Raises:
            ValueError: No seed, or one beyond the film or the span.
            VideoUnreadable: The film can no longer be decoded.
            MemoryTooSmall: The network has no room for one picture.
        """
        begin, last = (0, video.frame_count - 1) if span is None else span
        is_inside = begin >= 0 and last < video.frame_count
        if not (seeds and is_inside and all(begin <= frame <= last for frame in seeds)):
            raise ValueError(f"seeds in frames {sorted(seeds)} of {begin} to {last}")
        first, total = min(seeds), last - begin + 1
        found: list[FrameMask | None] = [None] * video.frame_count
        done = 0
        with VideoReader(video) as reader:
            session = self._session(video)
            for frame in sorted(seeds):
                found[frame] = self._seeded(session, frame, reader.frame(frame), seeds[frame])
                yield self._step(done := done + 1, total)
            for order in (range(first, last + 1), range(first, begin - 1, -1)):
                is_backwards = order.step < 0
                for frame, image in _pictures(reader, order):
                    if frame not in seeds:
                        found[frame] = self._followed(session, frame, image, is_backwards)
                        yield self._step(done := done + 1, total)
                self._forget(session, None)
        return MaskTrack(video.width, video.height, tuple(found))

    def _step(self, done: int, total: int) -> Progress:
        return Progress(
            min(done, total),
            total,
            tr("{model} follows the mask, frame {frame} of {total}").format(
                model=self.name, frame=min(done, total), total=total
            ),
        )

    def _session(self, video: Video) -> Any:
        return self._session_of(video.width, video.height)

    def _session_of(self, width: int, height: int) -> Any:
        import transformers

        return getattr(transformers, self._family.session)(
            video=None,
            video_height=height,
            video_width=width,
            inference_device=self._where.device,
            inference_state_device=self._where.device,
            video_storage_device=self._where.device,
            dtype=self._where.dtype,
        )

    def _seeded(self, session: Any, frame: int, image: Image, seed: MaskSeed) -> FrameMask | None:
        """The mask in a frame of which something is said; one that was painted stays as it is."""
        import torch

        index = session.obj_id_to_idx(_PERSON)
        if seed.mask is not None:
            whole = seed.mask.full(image.shape[0], image.shape[1])
            session.add_mask_inputs(index, frame, _mask_input(whole, self._side))
            session.obj_with_new_inputs = [_PERSON]
            self._followed(session, frame, image, is_backwards=False)
            # It is in the network's memory now, and is large.
            session.remove_mask_inputs(index, frame)
            return seed.mask
        places = [(point.x, point.y) for point in (*seed.inside, *seed.outside)]
        labels = [1] * len(seed.inside) + [0] * len(seed.outside)
        if seed.box is not None:
            places = [seed.box[:2], seed.box[2:], *places]
            labels = [*_BOX_CORNERS, *labels]
        scale = np.array([self._side / image.shape[1], self._side / image.shape[0]])
        # In half precision a place beyond 512 would be known to four pixels alone.
        spots = torch.from_numpy(np.array(places) * scale).float()
        session.add_point_inputs(
            index,
            frame,
            {
                "point_coords": spots[None, None],
                "point_labels": torch.tensor(labels, dtype=torch.int32)[None, None],
            },
        )
        session.obj_with_new_inputs = [_PERSON]
        return self._followed(session, frame, image, is_backwards=False)

    def _followed(
        self, session: Any, frame: int, image: Image, is_backwards: bool
    ) -> FrameMask | None:
        import torch

        from gaitdesk.perception.compute import room_on

        with room_on(self._where), torch.inference_mode():
            out = self._network(
                inference_session=session,
                frame=pixels_of(image, self._side, self._family, self._where),
                frame_idx=frame,
                reverse=is_backwards,
            )
            mask = self._on_picture(out, image.shape[0], image.shape[1])
        self._forget(session, frame)
        return mask

    def _on_picture(self, out: Any, height: int, width: int) -> FrameMask | None:
        import torch

        if float(out.object_score_logits.flatten()[0]) < _SEEN:
            return None
        logits = out.pred_masks.float().reshape(1, 1, *out.pred_masks.shape[-2:])
        large = torch.nn.functional.interpolate(
            logits, size=(height, width), mode="bilinear", align_corners=False
        )
        return FrameMask.of((large[0, 0] > 0).cpu().numpy())

    def _forget(self, session: Any, frame: int | None) -> None:
        """Let go of what the network no longer looks at; of all but the seeds where None."""
        held = session.processed_frames
        if held is not None:
            held.clear()
        for person, outputs in session.output_dict_per_obj.items():
            others = outputs["non_cond_frame_outputs"]
            for past in list(others):
                if frame is None or abs(past - frame) > self._remembered:
                    del others[past]
                    session.frames_tracked_per_obj[person].pop(past, None)
            for kept in (*outputs["cond_frame_outputs"].values(), *others.values()):
                # The memory of its frame is made of it by now, and it is the largest by far.
                kept.pop("high_res_masks", None)


def self_test(package: ModelPackage) -> str:
    """Show a network one drawn picture with a box; the device and the time it took, for people.

    Raises:
        GaitDeskError: As `FilmMasks`.
    """
    model = FilmMasks(package)
    picture = np.full((240, 320, 3), 90, np.uint8)
    cv2.rectangle(picture, (120, 40), (200, 220), (200, 60, 60), -1)
    begun = time.perf_counter()
    session = model._session_of(320, 240)
    model._seeded(session, 0, picture, MaskSeed((120.0, 40.0, 200.0, 220.0)))
    spent = time.perf_counter() - begun
    return tr("{device}; one picture {ms:.0f} ms").format(device=model.device, ms=1e3 * spent)


def family_of(package: ModelPackage) -> Family:
    """Which kind of network a package is of.

    Raises:
        ModelPackageInvalid: Of none that follows masks.
    """
    said = package.details.get("masks")
    name = said.get("family") if isinstance(said, dict) else None
    if package.task != TASK or name not in FAMILIES:
        raise ModelPackageInvalid(
            package.name, tr("its description fits no network that follows masks.")
        )
    return FAMILIES[str(name)]


def pixels_of(image: Image, side: int, family: Family, where: ComputeDevice) -> torch.Tensor:
    """A picture as a network takes it, shape (1, 3, side, side)."""
    import torch

    shrinks = image.shape[0] > side or image.shape[1] > side
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    small = torch.from_numpy(np.asarray(cv2.resize(image, (side, side), interpolation=how)))
    values = small.to(where.device).permute(2, 0, 1).float() / 255.0
    mean = torch.tensor(family.mean, device=where.device).view(3, 1, 1)
    spread = torch.tensor(family.spread, device=where.device).view(3, 1, 1)
    return ((values - mean) / spread).to(where.dtype)[None]


def _mask_input(mask: BoolArray, side: int) -> torch.Tensor:
    """A picture's mask in a network's own measure, 0 or 1, shape (1, 1, side, side).

    Made smaller and cut at one half, as its publishers do; of a mask too small for that, the pixel
    that it fills most is left.
    """
    import torch

    whole = torch.from_numpy(mask.astype(np.float32))[None, None]
    share = torch.nn.functional.interpolate(
        whole, size=(side, side), mode="bilinear", align_corners=False, antialias=True
    )
    return (share >= min(0.5, float(share.max()))).float()


def _pictures(reader: VideoReader, order: range) -> Iterator[tuple[int, Image]]:
    """Frames of a film forwards or backwards, the latter in pieces decoded forwards."""
    if order.step > 0:
        yield from reader.frames(order.start, order.stop)
        return
    for last in range(order.start, order.stop, -FRAMES_AT_ONCE):
        begin = max(order.stop + 1, last - FRAMES_AT_ONCE + 1)
        yield from reversed(list(reader.frames(begin, last + 1)))
