# A Node program without packages: Node runs its TypeScript as it is. Context: the checkout.
#   DIRECTORY      its folder                           SERVER, PORT   the module that serves, and where
#   PART_1 and on  what of that folder the image holds: no sources where a pod mounts them
ARG NODE_IMAGE=node:24-slim

# Skaffold watches what any stage copies, and takes the first argument of an ARG alone.
FROM scratch AS parts
ARG DIRECTORY
ARG PART_1=package.json
ARG PART_2=$PART_1
ARG PART_3=$PART_2
ARG PART_4=$PART_3
ARG PART_5=$PART_4
COPY --chmod=755 ${DIRECTORY}/${PART_1} /${PART_1}
COPY --chmod=755 ${DIRECTORY}/${PART_2} /${PART_2}
COPY --chmod=755 ${DIRECTORY}/${PART_3} /${PART_3}
COPY --chmod=755 ${DIRECTORY}/${PART_4} /${PART_4}
COPY --chmod=755 ${DIRECTORY}/${PART_5} /${PART_5}

FROM ${NODE_IMAGE} AS base
ARG SERVER
ARG PORT
WORKDIR /app
COPY --from=parts / ./
ENV SERVER=$SERVER HOSTNAME=0.0.0.0 PORT=$PORT
USER 10001:10001
EXPOSE $PORT
CMD ["sh", "-c", "exec node $SERVER"]

FROM base AS dev
COPY --chmod=755 lib/runtimes/node/reload /opt/reload

FROM base AS prod
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
