"""What the machines that watch the portal ask."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from zalo.models import OaToken


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """503 without the database or with migrations to run; without Redis or an OA's grant only `degraded`."""
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "away"}, status=503)
    if behind:
        return JsonResponse({"status": "unavailable", "database": "migrations to run"}, status=503)
    degraded = [
        name for name, is_well in (("redis", _redis_answers()), ("zalo", _grants_stand())) if not is_well
    ]
    return JsonResponse({"status": "degraded" if degraded else "ok", "degraded": degraded})


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.2
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _grants_stand() -> bool:
    return not OaToken.objects.ailing(timezone.now()).exists()
