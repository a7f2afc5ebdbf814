"""The backend itself: it asks window by window and hands over what it was told.

Who pays, who waits and who tries again is its callers' business. In the product that is a leased row
(analysis/reading.py); `analyze` alone waits in place, for the command line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings

from analysis.backends.base import AnalysisError
from analysis.backends.openai.bills import Bill, OpenPurse, Purse
from analysis.backends.openai.prompts import VERSION, Message, messages_for, repair_of
from analysis.backends.openai.reply import Read, findings_of, object_of, read_part
from analysis.backends.openai.schema import Schema, schema_for
from analysis.backends.openai.tariff import cost_of
from analysis.backends.openai.troubles import NoAnswerInTime, Refused
from analysis.backends.openai.values import Malformed
from analysis.backends.openai.windows import Window, tokens_of, windows_of
from analysis.conversation import Conversation
from analysis.findings import Findings
from crm.waits import wait_after

if TYPE_CHECKING:
    from analysis.backends.openai.client import Answer

TRIES = 4
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 60.0
# Of an answer, as a rule; and the most it may be: room for every field of the form, and for models that think before
# they answer, whose thoughts count.
USUAL_ANSWER_TOKENS, MOST_ANSWER_TOKENS = 1_500, 6_000

Reply = dict[str, Any]


@dataclass(frozen=True)
class Estimate:
    """What reading a conversation is going to take."""

    requests: int
    tokens_in: int
    tokens_out: int
    cost: Decimal


class OpenAIBackend:
    """Reads with a model. `pause` is how it waits between tries; tests pass their own."""

    name = "openai"

    def __init__(self, *, pause: Callable[[float], None] = time.sleep) -> None:
        self.pause = pause

    @property
    def version(self) -> str:
        """The prompt's version and the model, such as `read_call.1+gpt-5.4-mini`."""
        return f"{self.prompt_version}+{self.model}"

    @property
    def model(self) -> str:
        model: str = settings.OPENAI_MODEL
        return model

    @property
    def prompt_version(self) -> str:
        return VERSION

    def windows(self, conversation: Conversation) -> tuple[Window, ...]:
        return windows_of(conversation, most_tokens=settings.OPENAI_WINDOW_TOKENS)

    def estimate(self, conversation: Conversation) -> Estimate:
        """Return what reading the conversation takes, guessed rather high than low; asks nobody."""
        schema = schema_for(conversation)
        windows = self.windows(conversation)
        tokens_in = sum(_size(messages_for(conversation, each, summary_so_far="", schema=schema)) for each in windows)
        tokens_out = USUAL_ANSWER_TOKENS * len(windows)
        cost = cost_of(settings.OPENAI_MODEL, tokens_in=tokens_in, tokens_out=tokens_out)
        return Estimate(len(windows), tokens_in, tokens_out, cost)

    def ask(self, conversation: Conversation, replies: Sequence[Reply], *, purse: Purse) -> Reply:
        """Ask about the window that comes after those answered; asked once more if the answer is not of the form.

        Raises `AnalysisError`.
        """
        schema = schema_for(conversation)
        window = self.windows(conversation)[len(replies)]
        messages = messages_for(conversation, window, summary_so_far=_summary_of(replies), schema=schema)
        answer = _pay_and_ask(messages, schema, purse)
        reply, wrong = _read(answer, conversation)
        if not wrong:
            return reply
        again = _pay_and_ask(repair_of(messages, answer.text, wrong=wrong), schema, purse)
        better, _ = _read(again, conversation)
        if not better and not reply:
            raise AnalysisError("its answer cannot be used, even when it was asked again")
        # What is still not of the form is left out, value by value.
        return better or reply

    def read(self, conversation: Conversation, replies: Sequence[Reply]) -> Read:
        """Put together what was told of all windows."""
        return findings_of([read_part(reply, conversation) for reply in replies], conversation)

    def analyze(self, conversation: Conversation) -> Findings:
        """Read the whole conversation now, waiting where the server asks for it."""
        replies: list[Reply] = []
        for _ in self.windows(conversation):
            replies.append(self._ask_patiently(conversation, replies))
        return self.read(conversation, replies).findings

    def _ask_patiently(self, conversation: Conversation, replies: Sequence[Reply]) -> Reply:
        for attempt in range(1, TRIES + 1):
            try:
                return self.ask(conversation, replies, purse=OpenPurse())
            except AnalysisError as error:
                if error.permanent or attempt == TRIES:
                    raise
                wait = wait_after(attempt, first=FIRST_WAIT_SECONDS, longest=LONGEST_WAIT_SECONDS, jitter=0.25)
                wait = max(wait, error.wait_seconds)
            self.pause(min(wait, LONGEST_WAIT_SECONDS))
        raise AssertionError("unreachable")


def _pay_and_ask(messages: list[Message], schema: Schema, purse: Purse) -> Answer:
    from analysis.backends.openai import client  # the vendor's library is large, and mostly not needed

    bill = Bill(tokens_in=_size(messages), tokens_out=MOST_ANSWER_TOKENS)
    with purse.paying(bill):
        try:
            answer = client.ask(messages, schema=schema, most_tokens=MOST_ANSWER_TOKENS)
        except NoAnswerInTime:
            # It may have been read and paid for: the bill stays what it may have cost at most.
            raise
        except Refused as refused:
            bill.settle(tokens_in=refused.tokens_in, tokens_out=refused.tokens_out)
            raise
        except AnalysisError:
            bill.settle(tokens_in=0, tokens_out=0)
            raise
        # Some servers do not count: then our own guess stands.
        told = answer.tokens_in or answer.tokens_out
        bill.settle(
            tokens_in=answer.tokens_in if told else bill.tokens_in,
            tokens_out=answer.tokens_out if told else tokens_of(answer.text),
        )
        return answer


def _read(answer: Answer, conversation: Conversation) -> tuple[Reply, str]:
    """Return the answer's object, empty if it is none, and what is wrong with it."""
    if answer.is_cut:
        return {}, "it was too long and was cut off; keep lists and texts short"
    try:
        told = object_of(answer.text)
    except Malformed as error:
        return {}, str(error)
    # Keys that nobody asked for go no further than here.
    reply = {key: told[key] for key in schema_for(conversation)["properties"] if key in told}
    if not reply:
        return {}, "it holds none of the keys of the schema"
    wrong = read_part(reply, conversation).wrong
    return reply, f"not of the schema: {', '.join(dict.fromkeys(wrong))}" if wrong else ""


def _summary_of(replies: Sequence[Reply]) -> str:
    summary = replies[-1].get("summary") if replies else ""
    return summary[:1_000] if isinstance(summary, str) else ""


def _size(messages: list[Message]) -> int:
    return sum(tokens_of(message["content"]) for message in messages)
