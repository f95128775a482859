# A page of Next.js. Context: the checkout.
#   DIRECTORY      its folder, with package-lock.json   PORT   where it listens
#   PART_1 and on  its sources, and what it is built with; none for `mounted`
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS packages
ARG DIRECTORY
ENV NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --chmod=755 ${DIRECTORY}/package.json ${DIRECTORY}/package-lock.json ${DIRECTORY}/.npmrc ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca --mount=type=cache,id=npm,target=/root/.npm \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci
COPY --chmod=755 ${DIRECTORY}/tsconfig.json ${DIRECTORY}/next.config.ts ./

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
# What makes its tables, and where that is written.
ARG MIGRATE
ARG WRITTEN
COPY --chmod=755 lib/runtimes/next/reload /opt/reload
# Next writes next-env.d.ts at each start, and hangs where it cannot: the link leads into the one folder it may write to.
RUN mkdir .next && ln -s .next/next-env.d.ts next-env.d.ts
USER 10001:10001
ENV HOSTNAME=0.0.0.0 PORT=$PORT MIGRATE=$MIGRATE WRITTEN=$WRITTEN
EXPOSE $PORT
CMD ["sh", "-c", "exec node /opt/reload/main.ts $MIGRATE $WRITTEN dev --hostname $HOSTNAME"]

FROM mounted AS dev
USER root
COPY --from=parts / ./
USER 10001:10001

FROM packages AS built
COPY --from=parts / ./
RUN npm run build

FROM ${NODE_IMAGE} AS prod
ARG PORT
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --from=built /app/.next/standalone ./
USER 10001:10001
ENV HOSTNAME=0.0.0.0 PORT=$PORT
EXPOSE $PORT
CMD ["node", "server.js"]
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
