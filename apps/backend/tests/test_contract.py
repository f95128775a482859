"""Whatever is sent, the API answers as its description says: schemathesis draws the requests from that."""

import tempfile
import uuid
from typing import Any

import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.openapi.document import document
from tests.issuer import Issuer
from tests.model import ScriptedModel, text
from tests.servers import SECRETS, Server

EXAMPLES = 25  # of each operation, beside those that try every limit of every field

# What hypothesis remembers must not be written into a tree that the loop watches.
set_hypothesis_home_dir(tempfile.mkdtemp(dir=SECRETS.name))

config = schemathesis.Config.from_dict(
    {
        "generation": {
            "mode": "all",
            "max-examples": EXAMPLES,
            "deterministic": True,
            "database": "none",
            "allow-extra-parameters": False,  # we ignore what we do not know
        }
    }
)
api = schemathesis.openapi.from_dict(yaml.safe_load(document()), config=config)


class User(requests.Session):
    """A new user with a token, who has not sent too much yet."""

    def __init__(self, backend: Server, issuer: Issuer) -> None:
        super().__init__()
        self.trust_env = False
        self.id = uuid.uuid4().hex
        self.home = f"{backend.url}/api/{self.id}"
        self.token = {"Authorization": f"Bearer {issuer.token(self.id)}"}

    def task(self, deleted: bool) -> int:
        added = self.post(f"{self.home}/tasks", json={"title": "There already"}, headers=self.token)
        number: int = added.json()["id"]
        if deleted:
            self.delete(f"{self.home}/tasks/{number}", headers=self.token)
        return number

    def conversation(self) -> int:
        said = self.post(f"{self.home}/chat", json={"message": "Hello"}, headers=self.token)
        number: int = said.json()["conversation_id"]
        return number


@api.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_every_answer_is_described(
    case: schemathesis.Case[Any], backend: Server, issuer: Issuer, model: ScriptedModel
) -> None:
    model.says(text("Well."))
    with User(backend, issuer) as user:
        case.path_parameters["user_id"] = user.id
        # Most of the things that are asked for are there.
        for name, number in case.path_parameters.items():
            if isinstance(number, int) and number % 3:
                case.path_parameters[name] = (
                    user.task(case.operation.path.endswith("/restore"))
                    if name == "task_id"
                    else user.conversation()
                )
        case.call_and_validate(
            base_url=backend.url,
            session=user,
            headers=user.token,
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_headers_conformance,
                response_schema_conformance,
                negative_data_rejection,
            ],
        )
