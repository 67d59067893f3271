# The portal for a server: web, worker and beat are this one image with different commands.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    LOCAL_DIR=/var/lib/portal STATIC_ROOT=/app/staticfiles ATTACHMENTS_DIR=/var/lib/attachments

RUN useradd --system --uid 10001 --home-dir /var/lib/portal --create-home portal \
    && install --directory --owner portal --mode 0700 "$ATTACHMENTS_DIR"
WORKDIR /app
COPY requirements.txt .
RUN pip install --requirement requirements.txt
COPY . .
RUN python -m compileall -q . && chmod -R a+rX .

# Settings stop without secrets. These are made up, live in this one command only, and sign nothing.
RUN SECRET_KEY=build FIELD_ENCRYPTION_KEYS=build INDEX_KEY=build ZALO_APP_SECRET=build \
    ZALO_OA_WEBHOOK_SECRET=build ZALO_MINIAPP_API_KEY=build DATABASE_URL=postgres://build@127.0.0.1/build \
    REDIS_URL=redis://127.0.0.1/0 \
    python manage.py collectstatic --no-input

USER portal
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "cccd_portal.wsgi"]
