"""`analysis.json`: an analysis, or a phantom's truth, as a documented and versioned file.

The form is described in `resources/schema/analysis-1.schema.json`. Body points and masks stand
beside it in `keypoints.coco.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gaitdesk.domain.analysis import SCHEMA_VERSION, Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.coding import FormInvalid, JsonValue, decode, encode
from gaitdesk.domain.errors import AnalysisUnreadable
from gaitdesk.domain.evgs import Item, ItemScore, Scoresheet
from gaitdesk.domain.os_words import os_words
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import tr
from gaitdesk.media.output import write_text
from gaitdesk.report.coco import FilmPoses, poses_from_coco, poses_to_coco

SCHEMA_ID = "gaitdesk-analysis"
ANALYSIS_FILE = "analysis.json"
KEYPOINTS_FILE = "keypoints.coco.json"


def analysis_to_json(analysis: Analysis) -> dict[str, JsonValue]:
    """The analysis as JSON values; body points and masks are left to `poses_to_coco`."""
    films = [encode(film, leave_out=("pose", "mask")) for film in analysis.films]
    return {
        "schema": SCHEMA_ID,
        "schema_version": SCHEMA_VERSION,
        "keypoints_file": KEYPOINTS_FILE,
        **encode(analysis, leave_out=("films", "scoresheet")),
        "films": films,
        "scoresheet": _sheet_to_json(analysis.scoresheet),
    }


def _sheet_to_json(sheet: Scoresheet) -> list[JsonValue]:
    return [
        {"side": side.value, "item": item.value, "number": item.number, **encode(cell)}
        for side in Side
        for item in Item
        if (cell := sheet.get(side, item)) is not None
    ]


def analysis_from_json(
    data: dict[str, JsonValue], poses: Sequence[FilmPoses] | None = None
) -> Analysis:
    """The analysis that `analysis_to_json` wrote.

    Args:
        data: Content of the file.
        poses: Body points and mask of each film; without them nobody is seen in any film.

    Raises:
        AnalysisUnreadable: It is no analysis, is damaged, or was written by a newer GaitDesk.
    """
    _check_version(data)
    try:
        films = tuple(
            _film_from_json(film, f"films[{i}]", poses[i] if poses is not None else None)
            for i, film in enumerate(data["films"])
        )
        sheet = _sheet_from_json(data["scoresheet"])
        analysis: Analysis = decode(Analysis, data, films=films, scoresheet=sheet)
    except (FormInvalid, KeyError, TypeError, IndexError) as error:
        raise AnalysisUnreadable(
            tr("the file is damaged or was changed by hand ({detail})").format(detail=error)
        ) from error
    return analysis


def _check_version(data: JsonValue) -> None:
    if not isinstance(data, dict) or data.get("schema") != SCHEMA_ID:
        raise AnalysisUnreadable(tr("this is no GaitDesk analysis"))
    version = data.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise AnalysisUnreadable(tr("the version of its form is not stated"))
    if version > SCHEMA_VERSION:
        raise AnalysisUnreadable(
            tr(
                "it was written by a newer GaitDesk (form {found}, this one reads up to {known});"
                " update GaitDesk to open it"
            ).format(found=version, known=SCHEMA_VERSION)
        )


def _film_from_json(data: JsonValue, place: str, poses: FilmPoses | None) -> FilmAnalysis:
    if not isinstance(data, dict):
        raise FormInvalid(f"{place} is no dict")
    video: Video = decode(Video, data.get("video"), f"{place}.video")
    pose, mask = poses or (PoseTrack.empty(video.frame_count), None)
    film: FilmAnalysis = decode(FilmAnalysis, data, place, pose=pose, mask=mask)
    return film


def _sheet_from_json(data: JsonValue) -> Scoresheet:
    cells = {}
    for i, entry in enumerate(data):
        place = f"scoresheet[{i}]"
        key = decode(Side, entry["side"], place), decode(Item, entry["item"], place)
        cells[key] = decode(ItemScore, entry, place)
    return Scoresheet(MappingProxyType(cells))


def write_analysis(analysis: Analysis, folder: Path) -> tuple[Path, Path]:
    """Write `analysis.json` and `keypoints.coco.json` into a folder, each whole or not at all.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the files.
    """
    files = (folder / ANALYSIS_FILE, folder / KEYPOINTS_FILE)
    contents = (analysis_to_json(analysis), poses_to_coco(analysis.films))
    for path, content in zip(files, contents, strict=True):
        write_text(path, dense_json(content))
    return files


def read_analysis(path: Path) -> Analysis:
    """The analysis kept in a results folder, or in one `analysis.json`.

    Raises:
        AnalysisUnreadable: It is missing, damaged, or of a newer form.
    """
    file = path / ANALYSIS_FILE if path.is_dir() else path
    data = _read_json(file)
    _check_version(data)
    # The name alone, so that a file from elsewhere cannot point out of its folder.
    name = Path(str(data.get("keypoints_file"))).name
    keypoints = file.with_name(name or KEYPOINTS_FILE)
    poses = poses_from_coco(_read_json(keypoints)) if keypoints.is_file() else None
    return analysis_from_json(data, poses)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = tr("{name} cannot be read ({reason})").format(
            name=path.name, reason=os_words(error)
        )
        raise AnalysisUnreadable(reason) from error
    except ValueError as error:
        raise AnalysisUnreadable(tr("{name} is no JSON file").format(name=path.name)) from error


def dense_json(value: JsonValue) -> str:
    """JSON with an object a line where that helps the eye, and long number lists on one line."""
    return _dense(value, 0) + "\n"


def _dense(value: JsonValue, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(flat) <= 100 or not _holds_objects(value):
        return flat
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}: {_dense(one, depth + 1)}" for key, one in value.items()]
        opening, closing = "{", "}"
    else:
        lines = [_dense(one, depth + 1) for one in value]
        opening, closing = "[", "]"
    inner = ",\n".join(pad + line for line in lines)
    return f"{opening}\n{inner}\n{'  ' * depth}{closing}"


def _holds_objects(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(isinstance(one, dict | list) for one in value)
