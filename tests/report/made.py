"""An analysis made by formula: a child with a stiff, flexed gait walks past two cameras."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis, Provenance
from gaitdesk.domain.anatomy import BONES, LANDMARK_COUNT, Landmark, Plane, Side, landmark
from gaitdesk.domain.background import (
    Background,
    Fms,
    Gmfcs,
    Referral,
    Sides,
    Topography,
    Treatment,
    TreatmentKind,
)
from gaitdesk.domain.evgs import (
    CORONAL_ITEMS,
    Direction,
    Evidence,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.domain.gait import (
    AngleTrack,
    CycleCurve,
    EventKind,
    GaitCycle,
    GaitEvent,
    Parameter,
    Pass,
    Spatiotemporal,
    Variable,
    VariableScore,
)
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.patient import Conditions, Patient, Sex
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Sync, SyncSource, Video, View
from gaitdesk.scoring.criteria import BANDS, OPTIONS, score_of

FPS = 60.0
STRIDE_S = 1.0
READER = "rules 1"

# What each item was measured at, or which option was seen: left limb, right limb.
ANSWERS: dict[Item, tuple[float | Direction | Reason, float | Direction | Reason]] = {
    Item.INITIAL_CONTACT: (Direction.FLATFOOT, Direction.TOE),
    Item.HEEL_LIFT: (Direction.NORMAL, Direction.EARLY),
    Item.STANCE_DORSIFLEXION: (12.2, -4.3),
    Item.HINDFOOT_VARUS_VALGUS: (Reason.NOT_FROM_KEYPOINTS, Reason.NOT_FROM_KEYPOINTS),
    Item.FOOT_ROTATION: (Reason.NOT_FROM_KEYPOINTS, Reason.NOT_FROM_KEYPOINTS),
    Item.FOOT_CLEARANCE: (Direction.FULL, Direction.REDUCED),
    Item.SWING_DORSIFLEXION: (3.4, -8.8),
    Item.KNEE_PROGRESSION: (Direction.NORMAL, Direction.INTERNAL),
    Item.STANCE_KNEE_EXTENSION: (7.0, 28.4),
    Item.TERMINAL_SWING_KNEE: (Reason.NEAR_BOUNDARY, 33.0),
    Item.SWING_KNEE_FLEXION: (61.3, 38.5),
    Item.STANCE_HIP_EXTENSION: (-8.4, 6.1),
    Item.SWING_HIP_FLEXION: (36.0, 49.5),
    Item.PELVIC_OBLIQUITY: (2.1, -3.6),
    Item.PELVIC_ROTATION: (Reason.LOW_CONFIDENCE, -7.2),
    Item.TRUNK_SAGITTAL: (4.0, 7.7),
    Item.TRUNK_LATERAL_SHIFT: (Direction.NORMAL, Direction.MODERATE),
}


def analysis(folder: Path = Path("films"), frames: int = 120, height: int = 360) -> Analysis:
    """A complete analysis: two films, both limbs, every kind of answer."""
    films = (sagittal_film(folder, frames, height), coronal_film(folder, frames, height))
    return Analysis(
        patient=Patient("Child-0417", 8.4, 1.29),
        films=films,
        conditions=Conditions("Barefoot", "None", "Second of three walks; tired towards the end"),
        sync=(Sync(0, 1, 0.183, 0.91, SyncSource.MOTION, 0.02),),
        cycles=tuple(
            GaitCycle(side, 0, start, start + STRIDE_S, start + 0.62, start + 0.12, start + 0.5)
            for side, start in ((Side.LEFT, 0.1), (Side.RIGHT, 0.6))
        ),
        curves=curves(),
        spatiotemporal=spatiotemporal(),
        variable_scores=tuple(
            VariableScore(variable, side, score)
            for side, scores in ((Side.LEFT, (5.2, 4.4, 6.1)), (Side.RIGHT, (11.8, 19.6, 14.2)))
            for variable, score in zip(
                (Variable.HIP_FLEXION, Variable.KNEE_FLEXION, Variable.ANKLE_DORSIFLEXION),
                scores,
                strict=True,
            )
        ),
        scoresheet=scoresheet(frames),
        provenance=Provenance(
            software="GaitDesk 0.1.0",
            models=(
                "BlazePose full 0.10.21, sha256 4f0c1f9a2e5b7c8d9e0f112233445566778899aabbccddeeff"
                "00112233445566, Apache-2.0",
            ),
            device="CPU, 2 threads",
            made_at="2026-05-04T10:15:30+02:00",
            seconds=31.4,
        ),
    )


def told(analysis: Analysis) -> Analysis:
    """The same of a child of whom everything is known, and on whom everything was written."""
    return replace(
        analysis,
        patient=replace(
            analysis.patient,
            sex=Sex.FEMALE,
            weight_kg=27.4,
            leg_length_left_m=0.652,
            leg_length_right_m=0.645,
            measured_on=date(2026, 4, 28),
        ),
        conditions=replace(
            analysis.conditions,
            room="Gait room 2",
            orthosis="Hinged ankle-foot orthosis",
            assistance="Held by one hand",
            cooperation="Good",
        ),
        background=Background(
            "Spastic cerebral palsy",
            Topography.DIPLEGIA,
            Gmfcs.II,
            Fms.ALL_SURFACES,
            Fms.LEVEL,
            Fms.WHEELCHAIR,
            (
                Treatment(TreatmentKind.SURGERY, "Hamstring lengthening", Sides.BOTH, "2023-11-14"),
                Treatment(TreatmentKind.BOTULINUM_TOXIN, "Calf muscles", Sides.RIGHT, "2022-06"),
                Treatment(TreatmentKind.SURGERY, "by Dr. Hart in Leeds", Sides.LEFT, "2019"),
            ),
        ),
        referral=Referral("Is Mrs. Moss's child ready for surgery?", date(2026, 3, 30)),
        narrative=Narrative(
            "Crouch gait",
            "Knee: flexed through stance, right more than left.",
            "Hindfoot not seen from behind.",
            "Repeat the analysis in orthoses.\nDiscuss at the surgical conference.",
        ),
    )


def scoresheet(frames: int) -> Scoresheet:
    cells = {}
    for item, answers in ANSWERS.items():
        for side, answer in zip(Side, answers, strict=True):
            film = 1 if item in CORONAL_ITEMS else 0
            frame = (7 * item.number + 11 * (side is Side.RIGHT)) % frames
            proposal = answered(item, answer, Evidence(film, frame, frame / FPS))
            cells[side, item] = ItemScore.from_proposal(proposal)
    return Scoresheet(MappingProxyType(cells))


def answered(
    item: Item, answer: float | Direction | Reason, evidence: Evidence | None = None
) -> Proposal:
    """The proposal of a reader that measured, saw, or could not say."""
    if isinstance(answer, Reason):
        leans = answer in (Reason.NEAR_BOUNDARY, Reason.LOW_CONFIDENCE)
        state = State.NOT_SCORABLE if answer is Reason.VIEW_NOT_RECORDED else State.REVIEWER_DECIDES
        return Proposal(
            Origin.RULES,
            READER,
            state,
            score=Score.MODERATE if leans else None,
            reason=answer,
            measure=Measure(15.8, Unit.DEGREE, 5.0) if leans else None,
            evidence=evidence if leans else None,
            confidence=0.4,
            cycles=1,
        )
    score, direction = score_of(item, answer)
    return Proposal(
        Origin.RULES,
        READER,
        State.SCORED,
        score,
        direction,
        measure=None if isinstance(answer, Direction) else Measure(answer, Unit.DEGREE, 5.0),
        evidence=evidence,
        confidence=0.86,
        cycles=2,
    )


def all_scored(score: Score) -> Scoresheet:
    """Every item of both limbs with the same score."""
    cells = {}
    for item in Item:
        answer: float | Direction
        if item in BANDS:
            band = next(b for b in reversed(BANDS[item]) if b.score is score)
            answer = band.lowest if np.isfinite(band.lowest) else band.highest
        else:
            answer = next(word for word, given in OPTIONS[item].items() if given is score)
        for side in Side:
            evidence = Evidence(1 if item in CORONAL_ITEMS else 0, 3 * item.number, 0.5)
            cells[side, item] = ItemScore.from_proposal(answered(item, answer, evidence))
    return Scoresheet(MappingProxyType(cells))


def nothing_scorable(made: Analysis) -> Analysis:
    """The same films in which no gait cycle was found."""
    sheet = Scoresheet()
    for side in Side:
        for item in Item:
            answer = answered(item, Reason.VIEW_NOT_RECORDED)
            sheet = sheet.with_cell(side, item, ItemScore.from_proposal(answer))
    return replace(
        made,
        films=made.films[:1],
        sync=(),
        cycles=(),
        curves=(),
        spatiotemporal=(),
        variable_scores=(),
        scoresheet=sheet,
    )


def hip_flexion(pct: np.ndarray) -> np.ndarray:
    return 14 + 22 * np.cos(2 * np.pi * (pct - 92) / 100)


def knee_flexion(pct: np.ndarray, stance: float = 6, swing: float = 54) -> np.ndarray:
    early = 12 * np.exp(-(((pct - 14) / 8) ** 2))
    late = swing * np.exp(-(((pct - 72) / 11) ** 2))
    return stance + early + late


def ankle_dorsiflexion(pct: np.ndarray) -> np.ndarray:
    rise = 12 * np.exp(-(((pct - 45) / 15) ** 2))
    return rise - 20 * np.exp(-(((pct - 63) / 6) ** 2)) - 2


def curves() -> tuple[CycleCurve, ...]:
    pct = np.arange(101.0)
    left = {
        Variable.HIP_FLEXION: hip_flexion(pct),
        Variable.KNEE_FLEXION: knee_flexion(pct),
        Variable.ANKLE_DORSIFLEXION: ankle_dorsiflexion(pct),
        Variable.TRUNK_FORWARD_LEAN: 3 + np.cos(4 * np.pi * pct / 100),
        Variable.PELVIC_OBLIQUITY: 3 * np.sin(2 * np.pi * pct / 100),
    }
    right = {
        Variable.HIP_FLEXION: 0.7 * hip_flexion(pct) + 18,
        Variable.KNEE_FLEXION: knee_flexion(pct, 27, 14),
        Variable.ANKLE_DORSIFLEXION: 0.4 * ankle_dorsiflexion(pct) - 9,
        Variable.TRUNK_FORWARD_LEAN: 6 + 1.5 * np.cos(4 * np.pi * pct / 100),
        Variable.PELVIC_OBLIQUITY: -3 + 2 * np.sin(2 * np.pi * pct / 100),
    }
    return tuple(
        CycleCurve(variable, side, mean, np.full(101, 2.0), cycles, foot_off, 31.0, 79.0)
        for side, held, cycles, foot_off in (
            (Side.LEFT, left, 2, 61.0),
            (Side.RIGHT, right, 1, 66.0),
        )
        for variable, mean in held.items()
    )


def spatiotemporal() -> tuple[Spatiotemporal, ...]:
    whole = (
        (Parameter.CADENCE, 118.0, Unit.STEPS_PER_MINUTE, 3.0),
        (Parameter.SPEED, 0.92, Unit.METRE_PER_SECOND, 0.06),
        (Parameter.DOUBLE_SUPPORT, 24.0, Unit.PERCENT, 2.0),
    )
    limbs = (
        (Parameter.STRIDE_TIME, (1.01, 1.03), Unit.SECOND, 0.02),
        (Parameter.STRIDE_LENGTH, (0.94, 0.95), Unit.METRE, 0.06),
        (Parameter.STANCE, (61.0, 66.0), Unit.PERCENT, 2.0),
        (Parameter.STEP_LENGTH, (0.51, 0.43), Unit.METRE, 0.05),
    )
    return (
        *(Spatiotemporal(p, None, Measure(value, unit, error)) for p, value, unit, error in whole),
        *(
            Spatiotemporal(p, side, Measure(values[i], unit, error))
            for p, values, unit, error in limbs
            for i, side in enumerate(Side)
        ),
    )


def sagittal_film(folder: Path, frames: int, height: int) -> FilmAnalysis:
    """The child walks to image right, so the right limb is near."""
    width = height * 16 // 9
    scale = height / 360
    points = np.full((frames, LANDMARK_COUNT, 2), np.nan)
    time = np.arange(frames) / FPS
    pelvis_x = width * (0.15 + 0.7 * np.arange(frames) / max(1, frames - 1))
    hip = np.column_stack([pelvis_x, np.full(frames, 170 * scale)])
    shoulder = hip + scale * np.array([4.0, -78.0])
    head = shoulder + scale * np.array([3.0, -34.0])
    points[:, Landmark.NOSE] = head + scale * np.array([12.0, 0.0])
    for side, shift in ((Side.LEFT, 0.0), (Side.RIGHT, 50.0)):
        pct = (100 * time / STRIDE_S + shift) % 100
        thigh = np.radians(hip_flexion(pct) - 8)
        shank = thigh - np.radians(knee_flexion(pct))
        foot = shank + np.radians(ankle_dorsiflexion(pct))
        knee = hip + 62 * scale * np.column_stack([np.sin(thigh), np.cos(thigh)])
        ankle = knee + 62 * scale * np.column_stack([np.sin(shank), np.cos(shank)])
        along = np.column_stack([np.cos(foot), -np.sin(foot)])
        points[:, landmark(side, "hip")] = hip
        points[:, landmark(side, "knee")] = knee
        points[:, landmark(side, "ankle")] = ankle
        points[:, landmark(side, "heel")] = ankle + scale * (np.array([0, 12.0]) - 10 * along)
        points[:, landmark(side, "big_toe")] = ankle + scale * (np.array([0, 14.0]) + 26 * along)
        points[:, landmark(side, "small_toe")] = ankle + scale * (np.array([0, 14.0]) + 21 * along)
        points[:, landmark(side, "shoulder")] = shoulder
        swing = np.sin(2 * np.pi * (pct / 100 + 0.25))
        elbow = shoulder + scale * np.column_stack([-14 * swing, np.full(frames, 42)])
        points[:, landmark(side, "elbow")] = elbow
        points[:, landmark(side, "wrist")] = elbow + scale * np.column_stack(
            [8 - 14 * swing, np.full(frames, 36)]
        )
        for part, x in (("eye", 9.0), ("ear", 0.0)):
            points[:, landmark(side, part)] = head + scale * np.array([x, -5.0])
    near = [Pass(View.SAGITTAL_RIGHT, 0, frames - 1, 1, 0.98)]
    angles = tuple(
        AngleTrack(variable, side, formula((100 * time / STRIDE_S + shift) % 100))
        for side, shift in ((Side.LEFT, 0.0), (Side.RIGHT, 50.0))
        for variable, formula in (
            (Variable.HIP_FLEXION, hip_flexion),
            (Variable.KNEE_FLEXION, knee_flexion),
            (Variable.ANKLE_DORSIFLEXION, ankle_dorsiflexion),
        )
    )
    events = tuple(
        GaitEvent(side, kind, round(at * FPS), at)
        for side, kind, at in (
            (Side.LEFT, EventKind.INITIAL_CONTACT, 0.0),
            (Side.RIGHT, EventKind.FOOT_OFF, 0.12),
            (Side.RIGHT, EventKind.INITIAL_CONTACT, 0.5),
            (Side.LEFT, EventKind.FOOT_OFF, 0.62),
            (Side.LEFT, EventKind.INITIAL_CONTACT, 1.0),
            (Side.RIGHT, EventKind.INITIAL_CONTACT, 1.5),
        )
        if round(at * FPS) < frames
    )
    film = _film(folder / "side.mp4", points, width, height, Plane.SAGITTAL)
    return replace(film, passes=tuple(near), angles=angles, events=events)


def coronal_film(folder: Path, frames: int, height: int) -> FilmAnalysis:
    """The child walks towards the camera and grows; image left is the child's right."""
    width = height * 16 // 9
    points = np.full((frames, LANDMARK_COUNT, 2), np.nan)
    time = np.arange(frames) / FPS
    scale = height / 360 * (0.75 + 0.3 * np.arange(frames) / max(1, frames - 1))
    middle = width / 2 + 5 * np.sin(2 * np.pi * time / STRIDE_S)
    top = height * 0.47
    heights = {"shoulder": -78, "hip": 0, "knee": 62, "ankle": 122, "heel": 130, "big_toe": 138}
    heights |= {"small_toe": 137, "elbow": -38, "wrist": 0, "ear": -108, "eye": -112}
    widths = {"shoulder": 30, "hip": 16, "knee": 15, "ankle": 13, "heel": 13, "big_toe": 15}
    widths |= {"small_toe": 20, "elbow": 38, "wrist": 40, "ear": 12, "eye": 6}
    for side in Side:
        sign = 1 if side is Side.LEFT else -1
        for part, y in heights.items():
            points[:, landmark(side, part), 0] = middle + sign * widths[part] * scale
            points[:, landmark(side, part), 1] = top + y * scale
    points[:, Landmark.NOSE] = np.column_stack([middle, top - 106 * scale])
    film = _film(folder / "front.mp4", points, width, height, Plane.CORONAL)
    return replace(
        film,
        passes=(Pass(View.CORONAL_FRONT, 0, frames - 1, 0, 0.93),),
        notes=("The child leaves the picture in the last frames; they were not used.",),
    )


def _film(path: Path, points: np.ndarray, width: int, height: int, plane: Plane) -> FilmAnalysis:
    frames = len(points)
    confidence = np.full((frames, LANDMARK_COUNT), 0.9)
    points[-1] = np.nan
    confidence[-1] = 0
    masks = tuple(
        FrameMask.of(body(points[i], width, height) > 0) if i < frames - 1 else None
        for i in range(frames)
    )
    video = Video(path, np.arange(frames) / FPS, width, height, codec="h264", sha256="ab" * 32)
    return FilmAnalysis(
        video, plane, PoseTrack(points, confidence), MaskTrack(width, height, masks), people=1
    )


def body(points: np.ndarray, width: int, height: int) -> np.ndarray:
    """A silhouette around the body points, shape (height, width), 0 or 255."""
    picture = np.zeros((height, width), np.uint8)
    thick = max(3, round(height / 20))

    def place(point: Landmark) -> tuple[int, int]:
        x, y = points[point]
        return round(x), round(y)

    for start, end in BONES:
        cv2.line(picture, place(start), place(end), 255, thick)
    ears = (place(Landmark.LEFT_EAR), place(Landmark.RIGHT_EAR))
    middle = tuple(round(sum(pair) / 2) for pair in zip(*ears, strict=True))
    cv2.circle(picture, middle, round(height / 15), 255, -1)
    cv2.line(picture, place(Landmark.LEFT_SHOULDER), middle, 255, thick)
    return picture


def picture(film: FilmAnalysis, frame: int) -> np.ndarray:
    """One frame of the film: a plain room, a floor, and the child in three colours."""
    height, width = film.video.height, film.video.width
    rows = np.linspace(205, 160, height).astype(np.uint8)
    image = np.repeat(np.repeat(rows[:, None, None], width, 1), 3, 2)
    image[int(height * 0.82) :] = (150, 135, 115)
    if film.mask is not None:
        image[film.mask.at(frame)] = (205, 160, 130)
    points = film.pose.points_px[frame]
    if np.isfinite(points[Landmark.NOSE]).all():
        x, y = np.rint(points[Landmark.NOSE]).astype(int)
        cv2.circle(image, (int(x), int(y)), 4, (200, 20, 20), -1)
    return image
