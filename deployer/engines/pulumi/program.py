"""The Pulumi program of infra/, found and loaded: it stands alone, and lies inside the package once that is built."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from deployer.errors import Blocked

_NAME = "azure_openai"
_EXTRA = {"google", "grpc", "pulumi", "pulumi_azure_native"}


def folder() -> Path:
    """Where infra/ is: in an installed package, else beside it in the source tree."""
    package = Path(__file__).parents[2]
    inside = package / "infra"
    return inside if inside.is_dir() else package.parent / "infra"


def load() -> ModuleType:
    """The module with `declare`. Raises Blocked where Pulumi is not installed."""
    name = f"{__package__}._infra_{_NAME}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, folder() / f"{_NAME}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder() / f"{_NAME}.py")
    module = importlib.util.module_from_spec(spec)
    with extra():
        spec.loader.exec_module(module)
    sys.modules[name] = module
    return module


@contextlib.contextmanager
def extra() -> Iterator[None]:
    """What is imported inside may need Pulumi's packages. Raises Blocked where they are not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise Blocked(
            "The engine pulumi needs packages that are not installed.",
            hint="Run: pip install 'deployer[pulumi]'",
        ) from None
