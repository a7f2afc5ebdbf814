"""The image's health check: exits with 0 when the web server beside it answers /healthz with 200."""

from __future__ import annotations

import http.client
import os
import sys


def main() -> None:
    # Django refuses a host it does not know, and redirects what did not come over TLS.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    headers = {"Host": "localhost" if host in ("", "*") else host, "X-Forwarded-Proto": "https"}
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/healthz", headers=headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"no answer: {error}")
    if status != http.client.OK:
        sys.exit(f"/healthz answers {status}")


if __name__ == "__main__":
    main()
