"""Where resources, models and user data lie."""

from __future__ import annotations

import os
from pathlib import Path

import appdirs

_PACKAGE = Path(__file__).resolve().parent


def project_folder() -> Path:
    """The folder that holds `resources/` and `models/` beside the package."""
    return _PACKAGE.parent


def resources_folder() -> Path:
    """Norms, drawings and fonts that come with the product."""
    return project_folder() / "resources"


def model_folders() -> tuple[Path, ...]:
    """Folders searched for model packages, the first match winning.

    `GAITDESK_MODELS` names further folders, as a clinic's read-only share; then the user's
    own, then those that came with the product.
    """
    named = [Path(part) for part in os.environ.get("GAITDESK_MODELS", "").split(os.pathsep) if part]
    return (*named, user_folder() / "models", project_folder() / "models")


def user_folder() -> Path:
    """The user's data folder; `GAITDESK_DATA` moves it."""
    return Path(os.environ.get("GAITDESK_DATA") or appdirs.user_data_dir("GaitDesk", "GaitDesk"))
