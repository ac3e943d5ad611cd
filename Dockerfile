FROM python:3.11-slim-bookworm AS build
COPY requirements.txt /
RUN python -m venv /venv \
 && /venv/bin/pip install --disable-pip-version-check --no-cache-dir --require-hashes -r /requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin villagepub \
 && install --directory --owner=villagepub --mode=700 /data
COPY --from=build /venv /venv
COPY . /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VILLAGEPUB_ENV=production \
    INSTANCE_DIR=/data \
    BIND=0.0.0.0:8000
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=20s --interval=30s --timeout=5s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "config/gunicorn.conf.py", "wsgi:app"]
