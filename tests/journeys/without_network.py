"""Everything that is to work without a network, one step after the other: `python -m`, a folder.

Says "step NAME" after each; run where the network is denied.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from gaitdesk import cli
from gaitdesk.domain.anatomy import LANDMARK_COUNT, Plane
from gaitdesk.domain.progress import finish
from gaitdesk.jobs import training_labels
from gaitdesk.jobs.analysing import AnalysisOrder, FilmChoice, analyse
from gaitdesk.jobs.exporting import VisitOrder, export_fhir
from gaitdesk.jobs.eyes import better_eyes, eyes_of
from gaitdesk.jobs.finding_faces import face_detector
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.jobs.teaching import teach
from gaitdesk.jobs.training_labels import LabelOrder, export_challenge, export_labels
from gaitdesk.jobs.visit_files import FileOrder, export_coco, export_csv
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.sapiens import TASK
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store
from tests.jobs.kept_visit import consent
from tests.jobs.lessons import desk_with_children
from tests.jobs.test_casing import NoFaces
from tests.jobs.test_eyes import FPS, HEIGHT, WIDTH, Finder, truth
from tests.perception.brought import brought
from tests.perception.eyes import DotNetwork, dots, package_of, points_table
from tests.perception.retina import PACKAGE as FACES
from tests.perception.retina import at_random, install
from tests.perception.test_sapiens import script_bytes

RATER = "Dr. Lin"
POSE, MASK = "dots", "sam3"


class Walk:
    """The steps, each resting on those before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = folder / "desk"
        self.session = SessionId("")

    def denied(self) -> None:
        """The network is denied, here and in a process started from here."""
        ask = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
        for start in (
            lambda: exec(ask),
            lambda: subprocess.check_call([sys.executable, "-c", ask]),
        ):
            try:
                start()
            except (OSError, subprocess.CalledProcessError):
                continue
            raise AssertionError("the network is not denied")
        # These two were meant.
        Path(os.environ["GAITDESK_TEST_ATTEMPTS"]).unlink()

    def models(self) -> None:
        """Packages come in from a ZIP file, a folder and bare files, are listed and checked.

        One finds faces, one sees body points, one follows masks, each by its real reader.
        """
        place = install(self.folder / "made", at_random(self.folder / "made.onnx", seed=5))
        with zipfile.ZipFile(self.folder / "parcel.zip", "w") as archive:
            for path in (place / "package.toml", *(place / "weights").iterdir()):
                archive.write(path, path.relative_to(place))
        content = script_bytes(DotNetwork(133, list(range(LANDMARK_COUNT)), gain=20.0))
        points = self.folder / "made" / POSE
        package_of(points, {"dots.pt2": content}, task=TASK, tables=points_table(133))
        masks = brought(self.folder / "files", MASK)
        for words in (
            ["import", str(self.folder / "parcel.zip")],
            ["import", str(points)],
            ["import", str(masks), "--as", MASK],
            ["accept", MASK, "--by", RATER],
            ["list"],
            ["check", FACES, POSE, MASK],
        ):
            assert cli.main(["models", *words]) == 0, words

    def doctor(self) -> None:
        """Everything an analysis stands on is tried; all installed models run."""
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            assert cli.main(["doctor"]) == 0
        sys.stderr.write(told.getvalue())
        for name in (FACES, POSE, MASK):
            (line,) = (one for one in told.getvalue().splitlines() if f"Model {name}" in one)
            assert line.rstrip().endswith(" ms"), line

    def analysing(self) -> None:
        """A film is analysed with better eyes from files in the published format, and kept."""
        film = self.folder / "side.mp4"
        with FilmWriter(film, FPS) as writer:
            for frame, points in enumerate(truth()):
                image = dots(points, WIDTH, HEIGHT, 5)
                for bit in range(8):
                    image[-12:, 12 * bit : 12 * bit + 12] = 235 if frame >> bit & 1 else 20
                writer.write(image)
        order = AnalysisOrder((FilmChoice(film, Plane.SAGITTAL),))
        analysis = finish(analyse(order, Finder(), better_eyes(POSE, MASK)))
        assert analysis.cycles
        assert eyes_of(analysis.provenance.models) == (POSE, MASK, None)
        self.session = finish(keep_analysis(analysis, Keeping(self.desk, RATER)))
        with Store.open(self.desk, rater=RATER) as store:
            for purpose in Purpose:
                consent(store, self.session, purpose)

    def exporting(self) -> None:
        """The visit leaves as tables, points, a bundle with its report, and training data."""
        for name, export in (("a.csv", export_csv), ("c.json", export_coco)):
            made = FileOrder(self.session, self.folder / name, self.desk, RATER)
            assert finish(export(made)).is_file()
        # A bundle carries the printed report.
        sent = VisitOrder(self.session, self.folder / "a.fhir.json", self.desk, RATER)
        assert finish(export_fhir(sent)).is_file()
        # One of random weights finds faces everywhere, so that nothing could leave.
        assert face_detector().faces(dots(truth()[0], WIDTH, HEIGHT, 5))
        training_labels.face_detector = NoFaces  # type: ignore[assignment]
        for name, label in (("labels", export_labels), ("set", export_challenge)):
            order = LabelOrder(
                self.session, self.folder / name, self.desk, RATER, is_corrected_alone=False
            )
            made_of = finish(label(order))
            # Their heads are dots, so that most frames are grey.
            assert made_of.frames + made_of.blanked > 30

    def learning(self) -> None:
        """A network is trained in a process of its own."""
        order = desk_with_children(self.folder / "learning", epochs=1)
        assert finish(teach(order)).model


def main(folder: Path) -> None:
    """Take every step, saying so."""
    torch.set_num_threads(2)
    np.seterr(all="ignore")
    walk = Walk(folder)
    steps: tuple[Callable[[], None], ...] = (
        walk.denied,
        walk.models,
        walk.doctor,
        walk.analysing,
        walk.exporting,
        walk.learning,
    )
    for step in steps:
        step()
        sys.stdout.write(f"step {step.__name__}\n")
        sys.stdout.flush()
    assert socket.socket.__name__ == "_Denied"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
