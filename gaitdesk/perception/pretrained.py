"""Networks let in to run: licensed, checked, and loaded from their own folder, never from a hub."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaitdesk.domain.errors import ModelLibraryMissing, ModelPackageInvalid
from gaitdesk.i18n import tr
from gaitdesk.perception.licences import check_accepted
from gaitdesk.perception.package import ModelPackage

if TYPE_CHECKING:
    from gaitdesk.perception.compute import ComputeDevice


def admitted(package: ModelPackage, where: ComputeDevice | None = None) -> ComputeDevice:
    """Where a package's network may run, once its licence is accepted and its files are right.

    Args:
        package: Of a network that torch runs.
        where: What it shall run on; None takes the fastest there is.

    Raises:
        LicenceNotAccepted: Nobody has accepted the licence yet.
        ModelPackageInvalid: Files are missing or altered.
        ModelLibraryMissing: torch is not installed.
    """
    check_accepted(package)
    package.verify()
    try:
        from gaitdesk.perception.compute import compute_device
    except ImportError as error:
        raise ModelLibraryMissing(["torch"]) from error
    return where or compute_device()


def on_device(network: Any, where: ComputeDevice) -> Any:
    """A network on its device, in the precision of that.

    Raises:
        MemoryTooSmall: There is no room for it.
    """
    from gaitdesk.perception.compute import room_on

    with room_on(where):
        return network.to(device=where.device, dtype=where.dtype)


def load_pretrained(
    package: ModelPackage, class_name: str, config_of: Callable[[Path], Any] | None = None
) -> Any:
    """A network of a class of transformers, on the processor, ready to answer.

    Weights come as safetensors alone; code that lies beside them is not run, and no hub is asked.

    Args:
        package: Its files, verified already, among them config.json and model.safetensors.
        class_name: Name of the class.
        config_of: Reads from the folder what the network is made of, where the file's own word is
            not taken as it stands; answers None where it is.

    Raises:
        ModelLibraryMissing: transformers is not there, or too old to know the class.
        ModelPackageInvalid: The files are damaged, of another network, or of one that needs a
            library besides; the text names it.
    """
    # Both are read as transformers is loaded; the second keeps it from fetching code for the card.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["USE_HUB_KERNELS"] = "0"
    try:
        import transformers
        from huggingface_hub.errors import StrictDataclassError
        from safetensors import SafetensorError

        network_class = getattr(transformers, class_name)
    except (ImportError, AttributeError) as error:
        raise ModelLibraryMissing(["transformers"]) from error
    try:
        config = None if config_of is None else config_of(package.weights)
        network, told = network_class.from_pretrained(
            str(package.weights),
            config=config,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (
        # Of a library that only this network's parts need, as some of EdgeTAM's need timm.
        ImportError,
        OSError,
        ValueError,
        RuntimeError,
        KeyError,
        TypeError,
        AttributeError,
        SafetensorError,
        StrictDataclassError,
    ) as error:
        raise ModelPackageInvalid(
            package.name,
            tr("its files cannot be used ({reason}).").format(reason=" ".join(str(error).split())),
        ) from error
    missing = sorted(told["missing_keys"])
    if missing:
        # Weights that a file lacks would be random, and the answers too.
        raise ModelPackageInvalid(
            package.name,
            tr("its weights are of another network: {count} are missing, as {key}.").format(
                count=len(missing), key=missing[0]
            ),
        )
    return network.eval()
