# API and MCP server for the loop with mounted sources: packages and migrations, no source. Context: apps/backend/.
# Skaffold watches what any stage copies, whatever the target: a source file named here would be built at each save.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE}
WORKDIR /app
COPY --chmod=755 requirements.txt requirements-reload.txt ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca --mount=type=cache,id=pip,target=/root/.cache/pip \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi; \
    python -m venv --without-pip /opt/venv && \
    pip --python /opt/venv/bin/python install --require-hashes --no-warn-script-location \
      -r requirements.txt -r requirements-reload.txt
COPY --chmod=755 alembic.ini ./
COPY --chmod=755 migrations migrations
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8000 8001
CMD ["python", "-m", "core.reload", "--service", "backend", "--host", "0.0.0.0", "--port", "8000", "--watch", "app", "--watch", "core", "app.main:app"]
