# The stand-in model, which has no packages: Node runs its TypeScript as it is. Context: assistant-stub/.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS prod
WORKDIR /app
COPY . .
USER 10001:10001
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
