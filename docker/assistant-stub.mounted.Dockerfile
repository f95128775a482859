# The stand-in model for the loop with mounted sources: Node alone. Context: assistant-stub/.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE}
WORKDIR /app
USER 10001:10001
