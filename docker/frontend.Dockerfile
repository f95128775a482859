# The web page: Next.js and Better Auth. Context: apps/frontend/.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS packages
ENV NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --chmod=755 package.json package-lock.json .npmrc ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca --mount=type=cache,id=npm,target=/root/.npm \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci

FROM packages AS sources
COPY --chmod=755 tsconfig.json next.config.ts ./
COPY --chmod=755 build build
COPY --chmod=755 src src

FROM sources AS dev
# Next writes next-env.d.ts at each start, and hangs where it cannot: the link leads into the one folder it may write to.
RUN npm run build:migrate && cp dist/migrate.mjs . && mkdir .next && ln -s .next/next-env.d.ts next-env.d.ts
USER 10001:10001
ENV HOSTNAME=0.0.0.0 PORT=3000
EXPOSE 3000
CMD ["node", "node_modules/next/dist/bin/next", "dev", "--hostname", "0.0.0.0"]

FROM sources AS built
RUN npm run build

FROM ${NODE_IMAGE} AS prod
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --from=built /app/.next/standalone ./
USER 10001:10001
ENV HOSTNAME=0.0.0.0 PORT=3000
EXPOSE 3000
CMD ["node", "server.js"]
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
