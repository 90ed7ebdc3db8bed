# Two images from one file:
#   docker build --target served .                                       an index is mounted at /data
#   docker build --target baked --build-context policies=samples .       the index of that folder is part of the image
# Run either with a read-only root: docker run --read-only --tmpfs /tmp -e VPI_WITHOUT_KEYS=true -p 127.0.0.1:8000:8000 …
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
# Empty: take torch from PyPI, CUDA and all.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN pip install --upgrade pip \
 && pip install torch==2.13.0 ${TORCH_INDEX:+--extra-index-url $TORCH_INDEX}
WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY index ./index
COPY ingest ./ingest
COPY app ./app
# The versions that were tested, and of them only what the service needs. Without their sums: with sums pip wants one of this package too.
RUN sed -n 's/^\([a-z][^ ]*==[^\\]*[^\\ ]\) *\\*$/\1/p' requirements.lock > /tmp/tested.txt \
 && pip install --constraint /tmp/tested.txt '.[postgres]'

FROM python:${PYTHON}-slim AS served
COPY --from=build /opt/venv /opt/venv
RUN useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin vpi \
 && install -d -o vpi -g vpi /data
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    OMP_WAIT_POLICY=PASSIVE TOKENIZERS_PARALLELISM=false HF_HUB_OFFLINE=1 \
    VPI_DATA_DIR=/data VPI_HOST=0.0.0.0 VPI_PORT=8000
WORKDIR /tmp
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['VPI_PORT']}/healthz\", timeout=4)"]
CMD ["python", "-m", "app"]

FROM served AS baked
COPY --from=policies --chown=10001 . /tmp/policies
RUN python -m ingest run /tmp/policies
