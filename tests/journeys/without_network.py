"""Everything that is to work without a network, one step after the other: `python -m`, a folder.

Says "step NAME" after each; run where the network is denied.
"""

from __future__ import annotations

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
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.jobs.teaching import teach
from gaitdesk.jobs.training_labels import LabelOrder, export_challenge, export_labels
from gaitdesk.jobs.visit_files import FileOrder, export_coco, export_csv
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.better import BetterEyes
from gaitdesk.perception.parcels import take_in
from gaitdesk.perception.sapiens import TASK, Sapiens
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store
from tests.jobs.kept_visit import consent
from tests.jobs.lessons import desk_with_children
from tests.jobs.test_casing import NoFaces
from tests.jobs.test_eyes import FPS, HEIGHT, HERE, WIDTH, Finder, truth
from tests.perception.eyes import DotNetwork, dots, package_of, points_table
from tests.perception.retina import PACKAGE, install, sees_light
from tests.perception.test_better import Squares
from tests.perception.test_sapiens import script_bytes

RATER = "Dr. Lin"


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
        """A package is taken in from a ZIP file and from bare files, listed and checked."""
        place = install(self.folder / "made", sees_light(self.folder / "made.onnx"))
        with zipfile.ZipFile(self.folder / "parcel.zip", "w") as archive:
            for path in (place / "package.toml", *(place / "weights").iterdir()):
                archive.write(path, path.relative_to(place))
        assert cli.main(["models", "import", str(self.folder / "parcel.zip")]) == 0
        assert cli.main(["models", "list"]) == 0
        assert cli.main(["models", "check", PACKAGE]) == 0
        assert finish(take_in(place)).is_present

    def doctor(self) -> None:
        """Everything an analysis stands on is tried; all installed models run."""
        assert cli.main(["doctor"]) == 0

    def analysing(self) -> None:
        """A film is analysed with better eyes from files in the published format, and kept."""
        film = self.folder / "side.mp4"
        with FilmWriter(film, FPS) as writer:
            for frame, points in enumerate(truth()):
                image = dots(points, WIDTH, HEIGHT, 5)
                for bit in range(8):
                    image[-12:, 12 * bit : 12 * bit + 12] = 235 if frame >> bit & 1 else 20
                writer.write(image)
        content = script_bytes(DotNetwork(133, list(range(LANDMARK_COUNT)), gain=20.0))
        files = {"dots.pt2": content}
        place = self.folder / "made" / "dots"
        sapiens = package_of(place, files, task=TASK, tables=points_table(133))
        eyes = BetterEyes(Sapiens(sapiens, HERE), Squares())
        order = AnalysisOrder((FilmChoice(film, Plane.SAGITTAL),))
        analysis = finish(analyse(order, Finder(), eyes))
        assert analysis.cycles
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
        # Faces were looked for by the doctor; here there are none.
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
