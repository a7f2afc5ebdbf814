"""What a log line may say: where and how something failed, never a path with its token or a person's data."""

from __future__ import annotations

import logging
import traceback


class FailureWithoutData(logging.Filter):
    """Reduces Django's report of a failed request to the kind of error and the lines of code it went through.

    The path of a webhook holds its token, and an error's text may hold what somebody entered.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            kind, _, stack = record.exc_info
            steps = (f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(stack))
            record.msg, record.args = "a request failed: %s\n  %s", (kind.__name__, "\n  ".join(steps))
        else:
            record.msg, record.args = "a request was answered %s", (getattr(record, "status_code", "with an error"),)
        record.exc_info = record.exc_text = None
        return True
