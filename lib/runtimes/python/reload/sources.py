"""Imports our own packages from their sources, whatever bytecode lies beside them."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

FOLDERS = "RELOAD_FOLDERS"  # what the process to fork from compiles
compiled: dict[tuple[str, bytes], CodeType] = {}  # by path and content; inherited by a fork


class FromSource(SourceFileLoader):
    """Bytecode is matched by size and second of the source: of two quick saves it would serve the first."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        source = self.get_data(path)
        code: CodeType = compiled.get((path, source)) or self.source_to_code(source, path)
        return code


def compile_sources(folders: Sequence[str]) -> None:
    """Compiles for all forks of this process what is in `folders` now, but for what is broken."""
    for folder in folders:
        for path in map(str, Path.cwd().joinpath(folder).rglob("*.py")):
            loader = SourceFileLoader("", path)
            with suppress(OSError, SyntaxError, ValueError):
                source = loader.get_data(path)
                compiled[path, source] = loader.source_to_code(source, path)


class OwnPackages(PathFinder):
    """Finds what PathFinder finds, for modules of `packages` alone."""

    packages: frozenset[str] = frozenset()

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in cls.packages:
            return None
        spec = super().find_spec(fullname, path, target)
        if spec and spec.origin and isinstance(spec.loader, SourceFileLoader):
            spec.loader = FromSource(fullname, spec.origin)
        return spec


def import_from_source(packages: Sequence[str]) -> None:
    """Makes every later import of a module of `packages` in this process read its source."""
    OwnPackages.packages = frozenset(packages)
    sys.meta_path.insert(0, OwnPackages)
