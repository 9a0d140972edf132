"""Makes the processes run their own packages and options, whatever is around them.

Celery puts the working directory first on the path before it imports the application and its tasks,
so a folder `core` there would be imported instead of ours. It also reads each option of its command
line from the environment. But it loads plug-ins before that, and this module is one (the entry
point `celery.commands` in pyproject.toml).
"""

import gc
import os
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


MEANT_FOR_OTHERS = ("BROKER_URL", "RESULT_BACKEND", "LOADER", "CONFIG_MODULE")
"""Variables of Celery's command line, besides those that begin with CELERY_."""


def forget_other_applications() -> None:
    """Remove the variables from which Celery takes its broker, configuration and options.

    Where they are set, another application of the same platform needs them. Ours have settings of
    their own, and options only on the command line.
    """
    for name in [*os.environ]:
        if name.startswith("CELERY_") or name in MEANT_FOR_OTHERS:
            del os.environ[name]


class OwnPackages(MetaPathFinder):
    """Finds our packages next to this one."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The package with that name, None if it is not ours."""
        return PathFinder.find_spec(name, [HOME], target) if name in OURS else None


class Loader(AppLoader):
    """Celery's loader without the working directory, so that tasks do not import from it either."""

    def import_from_cwd(self, module: str, imp: Any = None, package: str | None = None) -> Any:
        """Import a module by name."""
        return self.import_module(module, package=package)


sys.meta_path.insert(0, OwnPackages())
forget_other_applications()

# New objects per garbage collection: Python's default of 700 costs a tenth of each start, although
# imported modules stay.
gc.set_threshold(50_000)

# Celery expects a command from its plug-ins.
command = click.Command("charthop-ashby", hidden=True, help="See `charthop-ashby --help`.")
