# The web page for the loop with mounted sources: packages and configuration, no source. Context: apps/frontend/.
# Skaffold watches what any stage copies, whatever the target: a source file named here would be built at each save.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE}
ENV NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --chmod=755 package.json package-lock.json .npmrc ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca --mount=type=cache,id=npm,target=/root/.npm \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci
COPY --chmod=755 tsconfig.json next.config.ts ./
# Next writes next-env.d.ts at each start, and hangs where it cannot: the link leads into the one folder it may write to.
RUN mkdir .next && ln -s .next/next-env.d.ts next-env.d.ts
USER 10001:10001
ENV HOSTNAME=0.0.0.0 PORT=3000
EXPOSE 3000
CMD ["node", "node_modules/next/dist/bin/next", "dev", "--hostname", "0.0.0.0"]
