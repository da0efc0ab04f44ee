# Giao diện: chỉ vài tệp của gói npm được giữ lại.
FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc portal ./
COPY static/web/icons.txt static/web/signs.svg static/web/
RUN ./portal assets

# Thư viện Python theo đúng phiên bản đã khóa.
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r /tmp/base.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data
# Thư mục có sẵn và đúng chủ thì kho dữ liệu gắn vào đó cũng vậy.
RUN useradd --system --uid 10001 --home-dir /data --create-home portal
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /app/static/vendor static/vendor
# Gom tệp giao diện cần thiết lập nhưng không cần dữ liệu thật.
RUN PORTAL_ENV=local DATA_DIR=/tmp/build python manage.py collectstatic --noinput && rm -rf /tmp/build
USER 10001
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind=0.0.0.0:8000"]
