"""Files that people send are no longer than they may be: what is longer is read to its end and kept nowhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class BoundedUpload(FileUploadHandler):
    """The first of the handlers: passes each piece on while the file is short enough, else marks the request."""

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.IMPORT_MAX_BYTES:
            self.request.upload_too_large = True  # type: ignore[union-attr]  # set before any file is read
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
