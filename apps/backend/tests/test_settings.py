"""What happens at start when settings or secrets are missing or wrong."""

import uuid
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.settings import Settings as ApiSettings
from core.database import create_engine, parse_dsn
from core.logs import configure_logging
from mcp_server.settings import Settings as McpSettings
from tests.servers import ending, environment, run

DSN = "postgresql://todo@postgres:5432/todo"
SETTINGS = ["JWKS_URL", "JWT_ISSUER", "JWT_AUDIENCE", "MCP_URL", "OPENAI_BASE_URL", "OPENAI_MODEL"]


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Every setting of both servers is there, and the one secret they need; returns the secrets' folder."""
    for name in [*SETTINGS, "MCP_ALLOWED_HOSTS"]:
        monkeypatch.setenv(name, f"the {name}")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / "DATABASE_URL").write_text(DSN + "\n")
    return tmp_path


def test_settings_are_read_and_the_models_key_may_be_left_out(complete: Path) -> None:
    settings = ApiSettings.load()
    assert (settings.database_url, settings.openai_model) == (DSN, "the OPENAI_MODEL")
    assert (settings.openai_api_key, settings.log_level) == ("none", "info")
    key = uuid.uuid4().hex
    (complete / "OPENAI_API_KEY").write_text(key)
    assert ApiSettings.load().openai_api_key == key
    assert McpSettings.load().allowed_hosts == ["the MCP_ALLOWED_HOSTS"]


@pytest.mark.parametrize("name", [*SETTINGS, "MCP_ALLOWED_HOSTS", "SECRETS_DIR"])
def test_a_missing_setting_is_named(complete: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    server = McpSettings if name == "MCP_ALLOWED_HOSTS" else ApiSettings
    for value in ("", "  "):
        monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit, match=f"The setting {name} is missing: set the environment variable"):
            server.load()


def test_a_missing_or_unreadable_secret_is_named_with_its_file(complete: Path) -> None:
    file = complete / "DATABASE_URL"
    file.write_text("\n")
    with pytest.raises(SystemExit, match=f"The secret DATABASE_URL is missing.*{file}"):
        McpSettings.load()
    file.write_bytes(b"\xff")
    with pytest.raises(SystemExit, match=f"The secret DATABASE_URL cannot be read from {file}"):
        McpSettings.load()
    file.unlink()
    with pytest.raises(SystemExit, match=f"The secret DATABASE_URL is missing.*{file}"):
        McpSettings.load()


@pytest.mark.parametrize("program", ["app.main:app", "mcp_server.main:app", "app.migrate"])
def test_a_program_that_lacks_a_secret_ends_with_one_line(program: str) -> None:
    env = environment({}, dict.fromkeys([*SETTINGS, "MCP_ALLOWED_HOSTS"], "x"))
    if ":" in program:
        code, said = ending(program, env)
    else:
        ended = run(["-m", program], env)
        code, said = ended.returncode, ended.stdout + ended.stderr
    assert code == 1
    assert said.count("\n") == 1
    assert "DATABASE_URL" in said


@pytest.mark.parametrize("name", ["MODEL_PATIENCE", "TOKENS_A_DAY"])
def test_an_amount_is_a_whole_number(complete: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    settings = ApiSettings.load()
    assert (settings.model_patience, settings.tokens_a_day) == (60, 0)
    monkeypatch.setenv(name, "300")
    settings = ApiSettings.load()
    assert 300 in (settings.model_patience, settings.tokens_a_day)
    monkeypatch.setenv(name, "-1")
    with pytest.raises(SystemExit, match=f"{name} is '-1': set it to a whole number."):
        ApiSettings.load()


def test_an_unknown_log_level_is_refused() -> None:
    with pytest.raises(SystemExit, match="LOG_LEVEL is 'loud': set it to debug, info, warning or error"):
        configure_logging("test", "loud")


@pytest.mark.parametrize(
    ("dsn", "complaint"),
    [
        ("", "does not parse"),
        ("nonsense", "does not parse"),
        ("mysql://todo@postgres/todo", "does not parse"),
        ("postgresql://todo@postgres:port/todo", "does not parse"),
        ("postgresql:///todo", "does not parse"),
        ("postgresql://todo@postgres", "does not parse"),
        (f"{DSN}?sslmode=maybe", "sslmode=maybe: use one of disable, require, verify-full"),
        (f"{DSN}?options=x", "unknown parameter options"),
    ],
)
def test_a_wrong_database_url_is_one_sentence_without_its_password(dsn: str, complaint: str) -> None:
    hidden = uuid.uuid4().hex
    with pytest.raises(SystemExit, match=complaint) as ended:
        parse_dsn(dsn.replace("todo@", f"todo:{hidden}@"))
    assert hidden not in str(ended.value)


def test_tls_modes_are_understood() -> None:
    assert parse_dsn(DSN)[1] == {}
    assert parse_dsn(f"{DSN}?sslmode=disable")[1] == {"ssl": "disable"}
    assert parse_dsn(f"{DSN}?sslmode=require&channel_binding=require")[1] == {"ssl": "require"}
    verified = parse_dsn(f"{DSN}?sslmode=verify-full")[1]["ssl"]
    assert (getattr(verified, "check_hostname"), bool(parse_dsn(DSN)[0].query)) == (True, False)  # noqa: B009


async def test_a_percent_encoded_password_logs_in(database: str) -> None:
    name, password = f"role_{uuid.uuid4().hex}", f"p@:/?#[]%25 {uuid.uuid4().hex}"
    admin = await asyncpg.connect(database)
    await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
    url = make_url(database).set(username=name, password=password)
    engine = create_engine(f"{url.render_as_string(False)}?channel_binding=prefer", "test")
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT current_user")) == name
        assert await connection.scalar(text("SHOW application_name")) == "test"
    await engine.dispose()
    await admin.execute(f"DROP ROLE {name}")
    await admin.close()
