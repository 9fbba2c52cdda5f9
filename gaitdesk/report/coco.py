"""`keypoints.coco.json`: body points and masks of every frame, as COCO writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gaitdesk import __version__
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import BONES, LANDMARK_COUNT, Landmark
from gaitdesk.domain.coding import JsonValue
from gaitdesk.domain.errors import AnalysisUnreadable
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.i18n import tr
from gaitdesk.report.rle import compressed, mask_of, run_lengths, uncompressed

FilmPoses = tuple[PoseTrack, MaskTrack | None]

CATEGORY_ID = 1
CLEARLY_SEEN = 0.5
"""Confidence from which a point is written as visible (2) rather than labelled only (1)."""

_MISSING, _LABELLED, _VISIBLE = 0, 1, 2


def poses_to_coco(films: Sequence[FilmAnalysis]) -> dict[str, JsonValue]:
    """All films as one COCO keypoint file.

    One image a frame, one annotation where the patient was found. Beside what COCO asks for
    stand `films`, the frame's film, index and time, and `scores`, the confidence of each point.
    Coordinates are pixels of the upright picture; frames count from 0.
    """
    images: list[JsonValue] = []
    annotations: list[JsonValue] = []
    for number, film in enumerate(films):
        for frame, time_s in enumerate(film.video.times_s.tolist()):
            images.append(
                {
                    "id": len(images) + 1,
                    "file_name": f"{film.video.path.stem}_{frame:06d}.jpg",
                    "width": film.video.width,
                    "height": film.video.height,
                    "film": number,
                    "frame": frame,
                    "time_s": time_s,
                }
            )
            held = _annotation(film, frame)
            if held is not None:
                identity = {"id": len(annotations) + 1, "image_id": len(images)}
                annotations.append({**identity, "category_id": CATEGORY_ID, **held})
    return {
        "info": {
            "description": "Body points and masks of one person, first 23 of COCO-WholeBody",
            "version": __version__,
            "contributor": "GaitDesk",
        },
        "licenses": [],
        "categories": [_category()],
        "films": [
            {
                "file_name": film.video.path.name,
                "width": film.video.width,
                "height": film.video.height,
                "frames": film.video.frame_count,
                "has_mask": film.mask is not None,
            }
            for film in films
        ],
        "images": images,
        "annotations": annotations,
    }


def _category() -> dict[str, JsonValue]:
    return {
        "id": CATEGORY_ID,
        "name": "person",
        "supercategory": "person",
        "keypoints": [point.name.lower() for point in Landmark],
        # COCO counts keypoints from 1 in the skeleton.
        "skeleton": [[int(start) + 1, int(end) + 1] for start, end in BONES],
    }


def _annotation(film: FilmAnalysis, frame: int) -> dict[str, JsonValue] | None:
    points = film.pose.points_px[frame]
    scores = film.pose.confidence[frame]
    is_known = np.isfinite(points).all(axis=1)
    mask = film.mask.frames[frame] if film.mask is not None else None
    if not is_known.any() and mask is None:
        return None
    visibility = np.where(is_known, np.where(scores >= CLEARLY_SEEN, _VISIBLE, _LABELLED), _MISSING)
    keypoints: list[float] = []
    for (x, y), known, seen in zip(
        points.tolist(), is_known.tolist(), visibility.tolist(), strict=True
    ):
        keypoints += [x, y, seen] if known else [0, 0, _MISSING]
    held: dict[str, JsonValue] = {
        "keypoints": keypoints,
        "num_keypoints": int(is_known.sum()),
        "scores": scores.tolist(),
        "iscrowd": 0,
    }
    if mask is not None:
        height, width = film.video.height, film.video.width
        held["segmentation"] = {
            "size": [height, width],
            "counts": compressed(run_lengths(mask, height, width)),
        }
        held["bbox"] = [mask.left, mask.top, mask.width, mask.height]
        held["area"] = int(mask.box().sum())
    else:
        low, high = points[is_known].min(axis=0), points[is_known].max(axis=0)
        held["segmentation"] = []
        held["bbox"] = [*low.tolist(), *(high - low).tolist()]
        held["area"] = float(np.prod(high - low))
    return held


def poses_from_coco(data: JsonValue) -> tuple[FilmPoses, ...]:
    """Body points and mask of each film, as `poses_to_coco` wrote them.

    Raises:
        AnalysisUnreadable: The file is damaged, or is not one of GaitDesk's.
    """
    try:
        return _read(data)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise AnalysisUnreadable(
            tr("the file of body points is damaged or comes from another program")
        ) from error


def _read(data: Any) -> tuple[FilmPoses, ...]:
    sizes = [(film["frames"], film["height"], film["width"]) for film in data["films"]]
    points = [np.full((frames, LANDMARK_COUNT, 2), np.nan) for frames, _, _ in sizes]
    scores = [np.zeros((frames, LANDMARK_COUNT)) for frames, _, _ in sizes]
    masks: list[list[FrameMask | None]] = [[None] * frames for frames, _, _ in sizes]
    place = {image["id"]: (image["film"], image["frame"]) for image in data["images"]}
    for held in data["annotations"]:
        if held.get("iscrowd"):
            # A part to be passed over, as a hidden head in labels.
            continue
        film, frame = place[held["image_id"]]
        keypoints = np.array(held["keypoints"], np.float64).reshape(LANDMARK_COUNT, 3)
        is_known = keypoints[:, 2] > _MISSING
        points[film][frame, is_known] = keypoints[is_known, :2]
        scores[film][frame] = held["scores"]
        if held["segmentation"]:
            height, width = held["segmentation"]["size"]
            counts = held["segmentation"]["counts"]
            runs = uncompressed(counts) if isinstance(counts, str) else np.array(counts)
            masks[film][frame] = mask_of(runs, height, width)
    return tuple(
        (
            PoseTrack(points[i], scores[i]),
            MaskTrack(width, height, tuple(masks[i])) if data["films"][i]["has_mask"] else None,
        )
        for i, (_, height, width) in enumerate(sizes)
    )
