"""The application: its appearance, the last resort for errors, and the window."""

from __future__ import annotations

import argparse
import logging
import logging.handlers
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

import gaitdesk
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import speak, tr
from gaitdesk.paths import user_folder
from gaitdesk.ui.ending import Ending
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.housekeeping import Housekeeping
from gaitdesk.ui.sitting import Sitting, spoken_language
from gaitdesk.ui.theme import Appearance

LOG_FILE = "gaitdesk.log"
LOG_BYTES = 1_000_000


def main(words: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; the exit code."""
    arguments = _parser().parse_args(list(words))
    if arguments.data_folder is not None:
        # Models and the demonstration look for the folder there as well.
        os.environ["GAITDESK_DATA"] = str(arguments.data_folder.absolute())
    # Qt would share out each half-transparent stroke among threads: slower, and far less even.
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
    application = QApplication([sys.argv[0] if sys.argv else "gaitdesk"])
    application.setApplicationName("GaitDesk")
    application.setApplicationVersion(gaitdesk.__version__)
    application.setDesktopFileName("gaitdesk")
    speak(spoken_language())
    appearance = Appearance(application)
    last_resort = LastResort(application)
    try:
        sitting = Sitting(appearance, last_resort)
    except GaitDeskError as problem:
        QMessageBox.critical(None, "GaitDesk", str(problem))
        return 1
    _keep_log(user_folder())
    last_resort.install()
    housekeeping = Housekeeping(application)
    housekeeping.start()
    window = sitting.window
    window.show()
    if arguments.films:
        window.import_films([film.absolute() for film in arguments.films])
    elif arguments.demo:
        QTimer.singleShot(0, window, window.demonstrate)
    ending = Ending(application, lambda: sitting.window)
    code: int = application.exec()
    ending.stop()
    housekeeping.stop()
    last_resort.remove()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gaitdesk", description=tr("Open the window."))
    parser.add_argument("films", nargs="*", type=Path, metavar="FILM")
    parser.add_argument(
        "--data-folder",
        type=Path,
        metavar="FOLDER",
        help=tr("where patients, visits and scores are kept; made where there is none"),
    )
    parser.add_argument(
        "--demo", action="store_true", help=tr("begin by analysing a made-up walking child")
    )
    return parser


def _keep_log(folder: Path) -> None:
    """Write what developers need to know into the data folder; ids only, never names."""
    handler = logging.handlers.RotatingFileHandler(
        folder / LOG_FILE, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("gaitdesk")
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
