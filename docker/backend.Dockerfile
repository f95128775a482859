# The API: FastAPI in app/, over the domain in core/. Context: apps/backend/.
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
    uv export --quiet --frozen --no-default-groups --output-file /tmp/requirements.txt && \
    uv pip sync --quiet --require-hashes --python /opt/venv/bin/python /tmp/requirements.txt

FROM packages AS reload-packages
RUN --mount=type=secret,id=ca --mount=type=cache,id=uv,target=/root/.cache/uv \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi; \
    uv export --quiet --frozen --no-default-groups --group reload --output-file /tmp/requirements.txt && \
    uv pip sync --quiet --require-hashes --python /opt/venv/bin/python /tmp/requirements.txt

FROM ${PYTHON_IMAGE} AS base
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER 10001:10001

FROM base AS dev
COPY --from=reload-packages /opt/venv /opt/venv
COPY --chmod=755 alembic.ini ./
COPY --chmod=755 migrations migrations
COPY --chmod=755 core core
COPY --chmod=755 app app
EXPOSE 8000
CMD ["python", "-m", "core.reload", "--service", "backend", "--host", "0.0.0.0", "--port", "8000", "--watch", "app", "--watch", "core", "app.main:app"]

FROM base AS prod
COPY --from=packages /opt/venv /opt/venv
COPY --chmod=755 alembic.ini ./
COPY --chmod=755 migrations migrations
COPY --chmod=755 core core
COPY --chmod=755 app app
EXPOSE 8000
CMD ["python", "-m", "uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--timeout-graceful-shutdown", "18"]
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
