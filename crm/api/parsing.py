"""What the API reads of a body: JSON, bounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from crm.api.errors import TooLarge

# A conversation of several hours, with room to spare.
MOST_BYTES = 8 * 1024 * 1024


class BoundedJSONParser(JSONParser):
    """Refuses what is too long before it is read, and nesting that no endpoint takes."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        request = (parser_context or {}).get("request")
        length = request.META.get("CONTENT_LENGTH") if request is not None else ""
        if str(length or "0").isdigit() and int(length or 0) > MOST_BYTES:
            raise TooLarge
        try:
            read: dict[str, Any] = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        return read
