# A belay worker: carries out deployments for a Temporal service that TEMPORAL_ADDRESS names.
FROM node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20 AS build
WORKDIR /belay
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/
COPY src src
RUN node scripts/build.mjs && npm prune --omit=dev --no-audit --no-fund

FROM node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20
# OpenSSH's own ssh and ssh-keygen say how a host is reached and which host keys are known.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openssh-client ca-certificates tini \
    && rm -rf /var/lib/apt/lists/*
# The user whose key and artifacts are mounted: OpenSSH refuses key files of another one.
ARG UID=1000
ARG GID=1000
RUN groupmod --non-unique --gid "$GID" node \
    && usermod --non-unique --uid "$UID" --gid "$GID" node \
    && install --directory --owner="$UID" --group="$GID" --mode=0700 /home/node/.ssh /state /artifacts
# A worker mostly waits: an allocator and a compiler that spare memory cost it nothing.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    BELAY_STATE_DIR=/state \
    BELAY_ARTIFACTS=/artifacts
WORKDIR /belay
COPY --from=build /belay/package.json ./
COPY --from=build /belay/node_modules node_modules
COPY --from=build /belay/dist dist
USER node
# The service itself must have seen this worker poll within the last minute.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["node", "dist/worker-health.js"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "--optimize-for-size", "dist/worker.js"]
