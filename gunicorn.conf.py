"""How the portal is served, on a developer's machine as in production."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
# Django is loaded once and forked: a quicker start and one copy in memory. Nothing connects while loading.
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 15
loglevel = "warning"
# Addresses are personal data; the proxy in front keeps the access log.
accesslog = None
control_socket_disable = True
