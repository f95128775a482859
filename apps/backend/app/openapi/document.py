"""The description as YAML, and the file that has it for those who write clients."""

from pathlib import Path
from typing import Any

import yaml  # for development: at run time the description is JSON

from app.api import Api

# In an image there is no such folder, and the path leads nowhere.
FILE = Path(__file__).parent / "../../../../docs/contracts/openapi.yaml"
COMMAND = "python -m app.openapi"


class Plain(yaml.SafeDumper):
    """Writes a long text as a block, and what is used twice twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, "|" if "\n" in data else None)


Plain.add_representer(str, Plain.represent_text)


def document() -> str:
    """Returns the description as YAML."""
    comment = f"# Generated: change the code, then run `{COMMAND}` in apps/backend/.\n"
    text: str = yaml.dump(Api().openapi(), Dumper=Plain, sort_keys=False, allow_unicode=True, width=110)
    return comment + text
