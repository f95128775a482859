"""Imports our own packages from their sources, whatever bytecode lies beside them."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType


class FromSource(SourceFileLoader):
    """Bytecode is matched by size and second of the source: of two quick saves it would serve the first."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


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
