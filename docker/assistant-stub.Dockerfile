# The stand-in model, which has no packages: Node runs its TypeScript as it is. Context: apps/assistant-stub/.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS prod
WORKDIR /app
COPY --chmod=755 . .
USER 10001:10001
ENV HOSTNAME=0.0.0.0 PORT=8002 LOG_LEVEL=info
EXPOSE 8002
CMD ["node", "server.ts"]
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
