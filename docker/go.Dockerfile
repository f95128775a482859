# A Go program. Context: the checkout.
#   DIRECTORY      its folder, with go.mod and go.sum   SERVICE, PORT   its name in the log, and where it listens
#   PART_1 and on  what of that folder it is built from: none for `mounted`
ARG GO_IMAGE=golang:1.26

FROM ${GO_IMAGE} AS toolchain
ENV CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOTOOLCHAIN=local GOCACHE=/opt/build-cache
WORKDIR /opt/runtime
COPY --chmod=755 lib/runtimes/go ./
# The `ca` secret is empty unless a TLS-inspecting proxy stands between here and the packages.
RUN --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi; \
    go build -o /usr/local/bin/ ./ask ./reload

FROM toolchain AS packages
ARG DIRECTORY
WORKDIR /app
COPY --chmod=755 ${DIRECTORY}/go.mod ${DIRECTORY}/go.sum ./
RUN --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi; \
    go mod download

# Skaffold watches what any stage copies, and takes the first argument of an ARG alone.
FROM scratch AS parts
ARG DIRECTORY
ARG PART_1=go.mod
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
ARG DIRECTORY
ARG SERVICE
ARG PORT
# What the program imports is compiled once, here, if it can be; its own sources do not stay, and are not watched.
RUN --mount=type=bind,target=/checkout go build -C /checkout/${DIRECTORY} -o /dev/null . || true
# A pod begins with that, and adds what it compiles; a package that is not here it cannot fetch.
ENV RELOAD_CACHE=/opt/build-cache GOCACHE=/tmp/build-cache GOPROXY=off
USER 10001:10001
ENV SERVICE=$SERVICE HOST=0.0.0.0 PORT=$PORT
EXPOSE $PORT
CMD ["reload"]

FROM mounted AS dev
COPY --from=parts / ./

FROM packages AS built
COPY --from=parts / ./
RUN go build -trimpath -ldflags='-s -w' -o /served/server .

FROM scratch AS prod
ARG SERVICE
ARG PORT
WORKDIR /app
COPY --from=toolchain /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=toolchain /usr/local/bin/ask /bin/
COPY --from=built /served ./
USER 10001:10001
ENV SERVICE=$SERVICE HOST=0.0.0.0 PORT=$PORT
EXPOSE $PORT
CMD ["./server"]
ARG VERSION=local REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
