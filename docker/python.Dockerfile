# A Python program that uvicorn serves. Context: the checkout.
#   DIRECTORY      its folder, with the lock files      APP, PORT   what is served, and where
#   PART_1 and on  what of that folder the image holds: no sources where a pod mounts them
ARG PYTHON_IMAGE=python:3.13-slim

# Skaffold watches what any stage copies, and takes the first argument of an ARG alone: what FOLDER names, it does not watch.
FROM scratch AS lock-files
ARG DIRECTORY
ARG UNWATCHED= FOLDER=$DIRECTORY
COPY --chmod=755 lib/runtimes/python/uv-requirements.txt ${FOLDER}/pyproject.toml ${FOLDER}/uv.lock /

FROM ${PYTHON_IMAGE} AS packages
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY --chmod=755 lib/runtimes/python/uv-requirements.txt ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca --mount=type=cache,id=pip,target=/root/.cache/pip \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi; \
    pip install --require-hashes --root-user-action=ignore -r uv-requirements.txt
COPY --from=lock-files /pyproject.toml /uv.lock ./
RUN --mount=type=secret,id=ca --mount=type=cache,id=uv,target=/root/.cache/uv \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi; \
    uv venv --quiet --no-project /opt/venv && \
    uv export --quiet --frozen --no-header --no-default-groups --output-file /tmp/requirements.txt && \
    uv pip sync --quiet --require-hashes --python /opt/venv/bin/python /tmp/requirements.txt

# In the loop, other packages may take the place of these: what installs those knows these by a name, and leads the link.
FROM packages AS reload-packages
RUN --mount=type=secret,id=ca --mount=type=cache,id=uv,target=/root/.cache/uv \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi; \
    uv export --quiet --frozen --no-header --no-default-groups --group reload --output-file /tmp/requirements.txt && \
    uv pip sync --quiet --require-hashes --python /opt/venv/bin/python /tmp/requirements.txt && \
    { cat /tmp/requirements.txt; python -V; } | sha256sum | cut -c-16 >/opt/venv/id && \
    ln -s /packages/current /opt/venv/current

# What Skaffold watches of them, whether a stage uses it or not. Where a loop follows the lock files by itself, LOCKS is
# no folder: it is these files' digest, so that an image is known by its packages all the same.
FROM scratch AS locks
ARG DIRECTORY
ARG LOCKS=$DIRECTORY
COPY --chmod=755 lib/runtimes/python/uv-requirements.txt ${LOCKS}/pyproject.toml ${LOCKS}/uv.lock /

FROM reload-packages AS debug-packages
COPY --chmod=755 lib/runtimes/python/debugpy-requirements.txt ./
RUN --mount=type=secret,id=ca --mount=type=cache,id=uv,target=/root/.cache/uv \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi; \
    uv pip sync --quiet --require-hashes --python /opt/venv/bin/python /tmp/requirements.txt debugpy-requirements.txt

# Skaffold watches what any stage copies, and takes the first argument of an ARG alone.
FROM scratch AS parts
ARG DIRECTORY
ARG PART_1=pyproject.toml
ARG PART_2=$PART_1
ARG PART_3=$PART_2
ARG PART_4=$PART_3
ARG PART_5=$PART_4
COPY --chmod=755 ${DIRECTORY}/${PART_1} /${PART_1}
COPY --chmod=755 ${DIRECTORY}/${PART_2} /${PART_2}
COPY --chmod=755 ${DIRECTORY}/${PART_3} /${PART_3}
COPY --chmod=755 ${DIRECTORY}/${PART_4} /${PART_4}
COPY --chmod=755 ${DIRECTORY}/${PART_5} /${PART_5}

FROM ${PYTHON_IMAGE} AS base
ARG APP
ARG PORT
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# https://www.uvicorn.org/settings/
ENV UVICORN_APP=$APP UVICORN_HOST=0.0.0.0 UVICORN_PORT=$PORT
WORKDIR /app
# The official image comes without: each start would compile 250 modules of Python's own for half a second.
RUN python -m compileall -q -x '/(test|idlelib|ensurepip|site-packages|dist-packages)/' \
    "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
USER 10001:10001
EXPOSE $PORT
CMD ["python", "-m", "uvicorn", "--no-access-log", "--timeout-graceful-shutdown", "18"]

FROM base AS dev
COPY --from=packages /usr/local/bin/uv /usr/local/bin/uv
COPY --from=reload-packages /opt/venv /opt/venv
COPY --chmod=755 lib/runtimes/python/reload /opt/reload
COPY --from=parts / ./
ENV PATH=/opt/venv/current/bin:$PATH

FROM dev AS debug
COPY --from=debug-packages /opt/venv /opt/venv

FROM base AS prod
COPY --from=packages /opt/venv /opt/venv
COPY --from=parts / ./
USER root
RUN python -m compileall -q --invalidation-mode unchecked-hash .
USER 10001:10001
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
