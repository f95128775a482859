# A page of Vite. Context: the checkout.
#   DIRECTORY      its folder, with package-lock.json   SERVER, PORT   the module that serves what was built, and where
#   PART_1 and on  its sources, and that module; none for `mounted`
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS packages
ARG DIRECTORY
WORKDIR /app
COPY --chmod=755 ${DIRECTORY}/package.json ${DIRECTORY}/package-lock.json ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca --mount=type=cache,id=npm,target=/root/.npm \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci
COPY --chmod=755 ${DIRECTORY}/tsconfig.json ${DIRECTORY}/vite.config.ts ./

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

FROM packages AS mounted
ARG PORT
USER 10001:10001
ENV HOSTNAME=0.0.0.0 PORT=$PORT
EXPOSE $PORT
CMD ["sh", "-c", "exec node node_modules/vite/bin/vite.js --host $HOSTNAME --port $PORT --strictPort --configLoader runner --clearScreen false"]

FROM mounted AS dev
COPY --from=parts / ./

FROM packages AS built
COPY --from=parts / ./
RUN npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE} AS prod
ARG SERVER
ARG PORT
ENV NODE_ENV=production
WORKDIR /app
COPY --from=built /app/package.json ./
COPY --from=built /app/node_modules node_modules
COPY --from=built /app/dist dist
COPY --from=built /app/${SERVER} ./
USER 10001:10001
ENV SERVER=$SERVER HOSTNAME=0.0.0.0 PORT=$PORT
EXPOSE $PORT
CMD ["sh", "-c", "exec node $SERVER"]
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
