# API and MCP server for the loop with mounted sources: packages and migrations, no source. Context: apps/backend/.
# Skaffold watches what any stage copies, whatever the target: a source file named here would be built at each save.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS packages
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY --chmod=755 uv-requirements.txt ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca --mount=type=cache,id=pip,target=/root/.cache/pip \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi; \
    pip install --require-hashes --root-user-action=ignore -r uv-requirements.txt
COPY --chmod=755 pyproject.toml uv.lock ./
RUN --mount=type=secret,id=ca --mount=type=cache,id=uv,target=/root/.cache/uv \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi; \
    uv venv --quiet --no-project /opt/venv && \
    uv export --quiet --frozen --no-default-groups --group reload --output-file /tmp/requirements.txt && \
    uv pip sync --quiet --require-hashes --python /opt/venv/bin/python /tmp/requirements.txt

FROM ${PYTHON_IMAGE}
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --chmod=755 alembic.ini ./
COPY --chmod=755 migrations migrations
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8000 8001
CMD ["python", "-m", "core.reload", "--service", "backend", "--host", "0.0.0.0", "--port", "8000", "--watch", "app", "--watch", "core", "app.main:app"]
