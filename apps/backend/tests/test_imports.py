"""The modules can be read from the ground up: none imports, by whatever way, what imports it."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

BACKEND = Path(__file__).parent.parent
PACKAGES = ("core", "app", "mcp_server")
MODULES = {
    ".".join(path.relative_to(BACKEND).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in (BACKEND / package).rglob("*.py")
}


def imports(module: str) -> Iterator[str]:
    """Yields which of our modules a module imports, at its beginning or later, for types alone too."""
    for node in ast.walk(ast.parse(MODULES[module].read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            known = name if name in MODULES else name.rpartition(".")[0]
            if known in MODULES:
                yield known


def test_no_import_leads_back() -> None:
    # Raises CycleError, which names the modules.
    TopologicalSorter({module: set(imports(module)) for module in MODULES}).prepare()


def test_the_servers_share_the_core_and_nothing_else() -> None:
    crossing = {
        (module, other)
        for module in MODULES
        for other in imports(module)
        if other.split(".")[0] not in (module.split(".")[0], "core")
    }
    assert crossing == set()
