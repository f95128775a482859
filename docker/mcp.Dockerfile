# The MCP server: the tools in mcp_server/, over the domain in core/, and the migrations, which say which schema it
# needs. Context: apps/backend/.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS packages
WORKDIR /app
COPY --chmod=755 requirements.txt ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca --mount=type=cache,id=pip,target=/root/.cache/pip \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi; \
    python -m venv --without-pip /opt/venv && \
    pip --python /opt/venv/bin/python install --require-hashes --no-warn-script-location -r requirements.txt

FROM packages AS reload-packages
COPY --chmod=755 requirements-reload.txt ./
RUN --mount=type=secret,id=ca --mount=type=cache,id=pip,target=/root/.cache/pip \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi; \
    pip --python /opt/venv/bin/python install --require-hashes --no-warn-script-location -r requirements-reload.txt

FROM ${PYTHON_IMAGE} AS base
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER 10001:10001

FROM base AS dev
COPY --from=reload-packages /opt/venv /opt/venv
COPY --chmod=755 migrations migrations
COPY --chmod=755 core core
COPY --chmod=755 mcp_server mcp_server
EXPOSE 8001
CMD ["python", "-m", "core.reload", "--service", "mcp", "--host", "0.0.0.0", "--port", "8001", "--watch", "mcp_server", "--watch", "core", "mcp_server.main:app"]

FROM base AS prod
COPY --from=packages /opt/venv /opt/venv
COPY --chmod=755 migrations migrations
COPY --chmod=755 core core
COPY --chmod=755 mcp_server mcp_server
EXPOSE 8001
CMD ["python", "-m", "uvicorn", "mcp_server.main:app", "--host", "0.0.0.0", "--port", "8001", "--no-access-log", "--timeout-graceful-shutdown", "18"]
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
