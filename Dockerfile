# One image for every service of docker-compose.yml; the command decides which one it is.

FROM python:3.13-slim AS build
# The time of the built files. Pass the commit's time, so that each build of a commit gives the same result.
ARG SOURCE_DATE_EPOCH=1767225600
# The installer has its own folder, which the final image does not contain.
RUN python -m venv /opt/build && python -m venv --without-pip /opt/charthop-ashby
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
# The tools that build the wheel are also checked by hash, and are not in the final image either.
COPY requirements-build.lock ./
RUN /opt/build/bin/pip install --require-hashes -r requirements-build.lock
# Dependencies first: this layer is cached until the lock changes.
# With LOCK=requirements-otel.lock the image can send traces, with LOCK=requirements-mcp.lock it can
# serve assistants.
ARG LOCK=requirements.lock
COPY requirements.lock requirements-otel.lock requirements-mcp.lock ./
RUN /opt/build/bin/pip --python /opt/charthop-ashby install --require-hashes -r $LOCK
COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY systems systems
COPY store store
COPY tasks tasks
COPY organizations organizations
COPY workers workers
COPY control control
COPY sandbox sandbox
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /build/wheel . \
    && /opt/build/bin/pip --python /opt/charthop-ashby install --no-deps --no-index /build/wheel/*.whl

FROM python:3.13-slim
# The commit that the image is built from.
ARG REVISION=unknown
LABEL org.opencontainers.image.title="charthop-ashby" \
      org.opencontainers.image.description="Keeps ChartHop and Ashby in step" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision=$REVISION \
      org.opencontainers.image.licenses="MIT"
# Nothing can be installed in the final image.
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3*/ensurepip \
        /usr/local/lib/python3*/site-packages/pip*
# A number, so that Kubernetes can see that the user is not root. The folder is created separately,
# because useradd makes it 0700 on Debian 13, and a different user (RUN_AS) must be able to enter it.
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/charthop-ashby --no-create-home \
        charthop-ashby \
    && install -d -m 0755 -o charthop-ashby -g charthop-ashby /var/lib/charthop-ashby
COPY --from=build /opt/charthop-ashby /opt/charthop-ashby
ENV PATH=/opt/charthop-ashby/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/charthop-ashby
# The organizations of the demo service.
COPY sandbox/demo.toml /usr/local/share/charthop-ashby/
USER 10001:10001
CMD ["celery", "-A", "workers", "worker"]
