"""Start GaitDesk, installing it first where needed: python3 installers/run.py analyse --help.

--with-network   as the first word: also install PyTorch, for models that are networks of their own
Everything else is passed on to GaitDesk.
"""

import sys

# An older Python must get as far as this sentence, so nothing above it is newer than Python 3.6.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "GaitDesk needs Python 3.11 or newer, and this is {}.{}. Install a newer one from"
        " python.org (Windows, macOS) or your system's packages, and start with that:"
        " python3.11 installers/run.py".format(*sys.version_info)
    )

from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gaitdesk.__main__ import is_for_window, language_in
from installers.environment import Environment
from installers.start import become, guarded


def main(words: list[str]) -> int:
    """Prepare the environment and become GaitDesk in it."""
    extras = set()
    if words[:1] == ["--with-network"]:
        extras.add("network")
        words = words[1:]
    typed = language_in(words)[1]
    if is_for_window(typed):
        extras.add("window")
    if typed[:2] in (["export", "dicom"], ["export", "fhir"]):
        extras.add("exchange")
    python = Environment.of_this_folder().prepare(extras)
    # -P keeps a file named numpy.py, in a folder of films, from being taken for the package.
    return become([str(python), "-P", "-m", "gaitdesk", *words])


if __name__ == "__main__":
    sys.exit(guarded(main, sys.argv[1:]))
