# A static binary in an empty image, with git for --since and --staged left out:
#   docker run --rm -v "$PWD:/repo:ro" ghcr.io/rke2lint/rke2lint check
FROM rust:1.91-alpine3.22 AS build
RUN apk add --no-cache build-base=0.5-r3
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /src/target/release/rke2lint /rke2lint
WORKDIR /repo
USER 65534:65534
ENTRYPOINT ["/rke2lint"]
