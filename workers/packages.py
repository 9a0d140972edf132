"""The processes run their own packages, whatever lies in the working directory.

Celery puts the working directory first on the path before it imports the application and its
tasks, so that a folder `core` there would be taken for ours. But it loads plug-ins before that:
this module is one (the entry point `celery.commands` in pyproject.toml).
"""

import gc
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from celery.loaders.app import AppLoader

OURS = ("control", "core", "organizations", "store", "systems", "tasks", "workers")
HOME = str(Path(__file__).parents[1])


class OwnPackages(MetaPathFinder):
    """Finds our packages where this one was found."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The package of that name, None for whatever is not ours."""
        return PathFinder.find_spec(name, [HOME], target) if name in OURS else None


class Loader(AppLoader):
    """Celery's loader without the working directory: what tasks import is none of it either."""

    def import_from_cwd(self, module: str, imp: Any = None, package: str | None = None) -> Any:
        """Import a module by its name."""
        return self.import_module(module, package=package)


sys.meta_path.insert(0, OwnPackages())

# Cycles are looked for after so many new objects: after Python's 700 that is a tenth of each start,
# for what is imported stays.
gc.set_threshold(50_000)

# Celery wants a command of its plug-ins.
command = click.Command("charthop-ashby", hidden=True, help="See `charthop-ashby --help`.")
