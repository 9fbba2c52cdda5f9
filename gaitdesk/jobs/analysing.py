"""From the films of one walk to a filled EVGS form."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import gaitdesk
from gaitdesk.domain.analysis import Analysis, FilmAnalysis, Provenance
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.errors import FrameRateTooLow, PatientNotVisible, TooFewSteps, VideoTooShort
from gaitdesk.domain.gait import EventKind, GaitCycle, GaitEvent, Spatiotemporal
from gaitdesk.domain.memory import Memory
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import Job, Progress, abreast, portion
from gaitdesk.domain.recording import Sync, Video
from gaitdesk.domain.shapes import Point
from gaitdesk.gait.angles import coronal_angles, sagittal_angles
from gaitdesk.gait.coronal_events import coronal_events
from gaitdesk.gait.cycles import (
    CORONAL_CURVES,
    SAGITTAL_CURVES,
    find_cycles,
    is_near,
    limb_curves,
    on_clock,
)
from gaitdesk.gait.direction import find_passes, turn_deg
from gaitdesk.gait.events import find_events, transferred
from gaitdesk.gait.gvs import variable_scores
from gaitdesk.gait.norms import walked_speed_group
from gaitdesk.gait.passing import with_passing
from gaitdesk.gait.spatiotemporal import mm_per_px_by_frame, pooled, spatiotemporal
from gaitdesk.i18n import listed, noted, tr
from gaitdesk.jobs.eyes import better_eyes, points_by, provenances
from gaitdesk.jobs.order import FEWEST_FRAMES, SLOWEST_FPS, AnalysisOrder, FilmChoice, Walked
from gaitdesk.jobs.reading import wanted_network, with_network
from gaitdesk.media.sync import propose_sync, stated_sync, with_residual
from gaitdesk.media.video import probing
from gaitdesk.perception.better import BetterEyes
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.model import PoseModel
from gaitdesk.perception.package import find_package
from gaitdesk.report.bundle import write_results
from gaitdesk.report.pdf import Setup
from gaitdesk.scoring.calibration import Calibration, calibration_of
from gaitdesk.scoring.reader import LEAST_PASS_CONFIDENCE, propose

T = TypeVar("T")

LEAST_SEEN_PCT = 5.0
AT_ONCE = 2
"""Films that are worked on side by side; each takes a core and a third of a gigabyte."""


def analyse(
    order: AnalysisOrder, model: PoseModel, better: BetterEyes | None = None
) -> Job[Analysis]:
    """Everything between the films of a walk and the scores proposed for it.

    Args:
        order: What is to be analysed.
        model: Finds and follows people.
        better: Models that see the followed patient once more; None for none.

    Yields:
        Progress in thousandths of the whole; found are `Sight`s of the films that are being
        followed, then `Walked`.

    Raises:
        VideoUnreadable, VideoTooShort, FrameRateTooLow: A film is of no use.
        PatientNotVisible: Nobody could be followed in a film.
        TooFewSteps: No film holds a gait cycle.
    """
    begun = time.perf_counter()
    calibration = calibration_of(points_by(model, better))
    jobs = [_followed(choice, model, better) for choice in order.films]
    followed = yield from portion(abreast(jobs, AT_ONCE), 0.0, 960.0)
    yield Progress(970, 1000, tr("Finding gait cycles"))
    films = [with_gait(film, is_still, calibration, order.patient) for film, is_still in followed]
    yield Progress(980, 1000, tr("Relating the two views"), Walked(tuple(films)))
    sync = synchronize(films, order.offset_s)
    analysis = concluded(films, sync, order, calibration)
    yield Progress(995, 1000, tr("Scoring"))
    provenance = Provenance(
        software=f"GaitDesk {gaitdesk.__version__}",
        models=(*provenances(model, better), calibration.made_from),
        device=model.device if better is None else better.device or model.device,
        made_at=datetime.now().astimezone().isoformat(timespec="seconds"),
        seconds=time.perf_counter() - begun,
    )
    return replace(analysis, provenance=provenance)


def analyse_into(
    order: AnalysisOrder, folder: Path, setup: Setup
) -> Job[tuple[Analysis, tuple[Path, ...]]]:
    """Analyse films and write all results into a folder.

    Raises:
        GaitDeskError: As `analyse` and `write_results`; nothing is left half-written.
    """
    network = wanted_network(order.readers, order.network)
    better = better_eyes(order.pose, order.mask, order.words)
    model = BlazePose(find_package("blazepose"), max(1, AT_ONCE // len(order.films)))
    pictures: Mapping[str, Image] = {}
    if network is None:
        analysis = yield from portion(analyse(order, model, better), 0.0, 750.0)
    else:
        analysis = yield from portion(analyse(order, model, better), 0.0, 500.0)
        reading = with_network(analysis, network, order.readers)
        analysis, pictures = yield from portion(reading, 500.0, 250.0)
    writing = write_results(analysis, folder, setup=setup, pictures=pictures)
    files = yield from portion(writing, 750.0, 250.0)
    return analysis, files


def _followed(
    choice: FilmChoice, model: PoseModel, better: BetterEyes | None
) -> Job[tuple[FilmAnalysis, bool]]:
    video = yield from probing(
        choice.path, is_mirrored=choice.is_mirrored, rotation_deg=choice.rotation_deg
    )
    if video.frame_count < FEWEST_FRAMES:
        raise VideoTooShort(choice.path, video.frame_count, FEWEST_FRAMES, video.notes)
    if video.fps < SLOWEST_FPS:
        raise FrameRateTooLow(choice.path, video.fps, SLOWEST_FPS)
    return (
        yield from follow_film(
            video, choice.plane, model, choice.patient_at, choice.patient_in, better
        )
    )


def follow_film(
    video: Video,
    plane: Plane,
    model: PoseModel,
    choose: Point | None = None,
    choose_in: int | None = None,
    better: BetterEyes | None = None,
) -> Job[tuple[FilmAnalysis, bool]]:
    """A film with the patient followed through it, and whether its camera stood still.

    Args:
        video: The film.
        plane: The plane it was given as.
        model: Finds people and their points.
        choose: As `follow_patient`.
        choose_in: As `follow_patient`.
        better: As `follow_patient`.

    Raises:
        PatientNotVisible: Nobody could be followed, or only for a moment.
    """
    following = yield from follow_patient(
        video, model, choose=choose, choose_in=choose_in, better=better
    )
    film = FilmAnalysis(
        video=video,
        plane=plane,
        pose=following.pose,
        mask=following.mask,
        people=following.people,
        notes=(*video.notes, *_film_notes(video), *following.notes),
    )
    if film.found_pct < LEAST_SEEN_PCT:
        raise PatientNotVisible(video.path, film.found_pct)
    return film, following.is_camera_fixed


def _film_notes(video: Video) -> tuple[str, ...]:
    notes = []
    if video.fps < 50.0:
        notes.append(
            noted(
                "{fps:.0f} frames a second: events are known to {ms:.0f} ms; 60 are recommended,"
                " and initial contact, heel lift and terminal swing need them most."
            ).format(fps=video.fps, ms=1000.0 / video.fps)
        )
    if video.is_variable_rate:
        notes.append(noted("Frames come at uneven times; their true times are used throughout."))
    return tuple(notes)


def with_gait(
    film: FilmAnalysis, is_camera_fixed: bool, calibration: Calibration, patient: Patient
) -> FilmAnalysis:
    """A film with its passes, events and angles."""
    passes = find_passes(film.pose, film.video.times_s, film.plane)
    events: tuple[GaitEvent, ...] = ()
    if film.plane is Plane.SAGITTAL:
        angles = sagittal_angles(
            film.pose, film.video.times_s, passes, calibration.sole_deg, film.video.width
        )
        events = tuple(
            event
            for one in passes
            for event in _shifted(
                find_events(film.pose, film.video.times_s, one, is_camera_fixed),
                film.video,
                calibration,
            )
        )
    else:
        height_m = patient.height_m
        scale = None if height_m is None else mm_per_px_by_frame(film.pose, height_m)
        angles = coronal_angles(film.pose, passes, scale)
    found = replace(
        film, passes=passes, events=events, angles=angles, is_camera_fixed=is_camera_fixed
    )
    return replace(found, notes=(*film.notes, *_gait_notes(found)))


def with_gait_again(
    found: FilmAnalysis, film: FilmAnalysis, calibration: Calibration, patient: Patient
) -> FilmAnalysis:
    """A film whose body points were corrected, with its passes, events and angles found anew.

    Args:
        found: The film as it was found, by `with_gait`.
        film: The same with other body points.
        calibration: Of what found the body points.
        patient: Who walks.
    """
    said = _gait_notes(found)
    others = tuple(note for note in film.notes if note not in said)
    return with_gait(replace(film, notes=others), found.is_camera_fixed, calibration, patient)


def _gait_notes(film: FilmAnalysis) -> tuple[str, ...]:
    """What is wrong with how somebody walks through a film."""
    notes = [] if film.passes else [noted("Nobody walks in this film.")]
    for number, one in enumerate(film.passes, start=1):
        turned = turn_deg(film.pose, one.first_frame, one.last_frame)
        aside = turned if film.plane is Plane.SAGITTAL else 90.0 - abs(turned)
        if one.confidence < LEAST_PASS_CONFIDENCE:
            notes.append(
                noted(
                    "Pass {number} is seen {turned:.0f} degrees aside of a true {plane} view:"
                    " its angles are not proposed as scores."
                ).format(number=number, turned=abs(aside), plane=film.plane)
            )
    return tuple(notes)


def _shifted(
    events: Sequence[GaitEvent], video: Video, calibration: Calibration
) -> tuple[GaitEvent, ...]:
    """Events with the known lateness of their detector taken off."""
    moved = []
    for event in events:
        late = (
            calibration.contact_s
            if event.kind is EventKind.INITIAL_CONTACT
            else calibration.foot_off_s
        )
        time_s = event.time_s + late
        moved.append(replace(event, time_s=time_s, frame=video.frame_at(time_s)))
    return tuple(moved)


def _own_coronal_events(film: FilmAnalysis) -> tuple[GaitEvent, ...]:
    """What a coronal film shows of gait events by itself."""
    return tuple(
        event for one in film.passes for event in coronal_events(film.pose, film.video.times_s, one)
    )


def synchronize(films: Sequence[FilmAnalysis], offset_s: float | None) -> tuple[Sync, ...]:
    """Each coronal film on the time axis of the sagittal film it goes with best.

    Args:
        films: The films with their passes.
        offset_s: The user's word, in force for every coronal film; None proposes.
    """
    sagittal = [i for i, film in enumerate(films) if film.plane is Plane.SAGITTAL]
    coronal = [i for i, film in enumerate(films) if film.plane is Plane.CORONAL]
    links = []
    for number, j in enumerate(coronal):
        if not sagittal:
            break
        if offset_s is not None:
            own = _own_coronal_events(films[j])
            i = sagittal[min(number, len(sagittal) - 1)]
            links.append(with_residual(stated_sync(i, j, offset_s), films[i].events, own))
            continue
        proposals = [proposed_link(films, i, j) for i in sagittal]
        links.append(max(proposals, key=lambda link: link.confidence))
    return tuple(links)


def proposed_link(films: Sequence[FilmAnalysis], sagittal: int, coronal: int) -> Sync:
    """How a coronal film lies on a sagittal one, from the motion and events in both."""
    first, second = films[sagittal], films[coronal]
    return propose_sync(
        sagittal,
        coronal,
        first.video,
        first.pose,
        second.video,
        second.pose,
        sagittal_events=first.events,
        coronal_events=_own_coronal_events(second),
    )


def concluded(
    films: Sequence[FilmAnalysis],
    sync: Sequence[Sync],
    order: AnalysisOrder,
    calibration: Calibration,
    memory: Memory | None = None,
) -> Analysis:
    """Everything that follows from followed films: cycles, curves, parameters, scores.

    Args:
        films: The films with their passes, events and angles.
        sync: How they are related.
        order: With patient and conditions.
        calibration: Of what found the body points.
        memory: Where cycles are found that were read before; None reads all of them.

    Raises:
        TooFewSteps: No film holds a gait cycle.
    """
    cycles: list[GaitCycle] = []
    parts: list[Spatiotemporal] = []
    is_coronal_alone = all(film.plane is Plane.CORONAL for film in films)
    # Whose events are those of the sagittal film: its cycles are known from there.
    followers = {link.coronal for link in sync if link.is_usable}
    films = list(films)
    for index, film in enumerate(films):
        if index in followers:
            continue
        # Events of a coronal film by itself that stand there already may be a person's word.
        if is_coronal_alone and not film.events:
            films[index] = film = replace(film, events=_own_coronal_events(film))
        for one in film.passes:
            inside = [e for e in film.events if one.first_frame <= e.frame <= one.last_frame]
            found = find_cycles(inside, index)
            if film.plane is Plane.SAGITTAL:
                found = with_passing(found, film.pose, film.video.times_s, one)
            cycles += found
            if film.plane is Plane.SAGITTAL:
                parts += spatiotemporal(
                    found, inside, film.pose, film.video.times_s, one, order.patient.height_m
                )
    if not cycles:
        contacts = sum(e.kind is EventKind.INITIAL_CONTACT for film in films for e in film.events)
        raise TooFewSteps(listed(film.video.path.name for film in films), contacts)
    films = with_shared_events(films, sync)
    near = [cycle for cycle in cycles if is_near(films[cycle.film], cycle)]
    angles = [(film.video.times_s, film.angles) for film in films]
    curves = (
        *limb_curves(SAGITTAL_CURVES, near, angles),
        *limb_curves(CORONAL_CURVES, _seen_from_front(films, cycles, sync), angles),
    )
    walk = pooled(parts)
    return Analysis(
        patient=order.patient,
        conditions=order.conditions,
        background=order.background,
        referral=order.referral,
        films=films,
        sync=tuple(sync),
        cycles=tuple(cycles),
        curves=curves,
        spatiotemporal=walk,
        variable_scores=variable_scores(curves, walked_speed_group(walk, order.patient.height_m)),
        scoresheet=propose(films, cycles, sync, calibration, memory),
    )


def with_shared_events(
    films: Sequence[FilmAnalysis], sync: Iterable[Sync]
) -> tuple[FilmAnalysis, ...]:
    """Films of which the coronal ones have the gait events of the sagittal film they go with."""
    shared = list(films)
    for link in sync:
        if link.is_usable:
            source, target = films[link.sagittal], films[link.coronal]
            times_s = [link.to_coronal(event.time_s) for event in source.events]
            events = transferred(source.events, target.video, times_s)
            shared[link.coronal] = replace(target, events=events)
    return tuple(shared)


def _seen_from_front(
    films: Sequence[FilmAnalysis], cycles: Iterable[GaitCycle], sync: Sequence[Sync]
) -> list[GaitCycle]:
    """Cycles in the time of the coronal films that show them."""
    seen = []
    for cycle in cycles:
        if films[cycle.film].plane is Plane.CORONAL:
            seen.append(cycle)
        seen += [
            on_clock(cycle, link.coronal, link.to_coronal)
            for link in sync
            if link.is_usable and link.sagittal == cycle.film
        ]
    return seen
