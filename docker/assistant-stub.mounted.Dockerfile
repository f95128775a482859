# The stand-in model for the loop with mounted sources: Node alone. Context: apps/assistant-stub/.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE}
WORKDIR /app
USER 10001:10001
ENV HOSTNAME=0.0.0.0 PORT=8002 LOG_LEVEL=info
EXPOSE 8002
CMD ["node", "dev.ts"]
