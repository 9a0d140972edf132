# One image for every service of docker-compose.yml; the command decides which one it is.

FROM python:3.13-slim AS build
RUN python -m venv /opt/charthop-ashby
ENV PATH=/opt/charthop-ashby/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
# Dependencies first: this layer stays until the lock changes.
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml LICENSE ./
COPY core core
COPY systems systems
COPY store store
COPY tasks tasks
COPY organizations organizations
COPY workers workers
COPY control control
COPY sandbox sandbox
RUN pip install --no-deps .

FROM python:3.13-slim
# A number, so that Kubernetes can see that it is not root.
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/charthop-ashby --create-home sync
COPY --from=build /opt/charthop-ashby /opt/charthop-ashby
ENV PATH=/opt/charthop-ashby/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/charthop-ashby
COPY Procfile ./
USER 10001:10001
CMD ["celery", "-A", "workers", "worker"]
