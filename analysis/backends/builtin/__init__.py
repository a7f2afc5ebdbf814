"""The built-in backend: rules and tables, offline, no key, no model to download."""

from datetime import datetime
from typing import Any

from analysis.backends.builtin.appointments import read_callback
from analysis.backends.builtin.budgets import read_budget
from analysis.backends.builtin.businesses import (
    read_annual_revenue,
    read_business_name,
    read_company_size,
    read_industry,
    read_website,
)
from analysis.backends.builtin.callers import names_of_ours, read_contact_name, read_owner_name
from analysis.backends.builtin.deciders import read_decision_maker
from analysis.backends.builtin.emails import read_email
from analysis.backends.builtin.hearing import Heard, hear, statements
from analysis.backends.builtin.intents import Shown, read_intent
from analysis.backends.builtin.mood import read_engagement, read_sentiment
from analysis.backends.builtin.outcomes import (
    next_best_action,
    read_business_outcome,
    read_emergency,
    read_resolution,
)
from analysis.backends.builtin.phones import read_customer_phones
from analysis.backends.builtin.places import read_address, read_city, read_state
from analysis.backends.builtin.postal_codes import read_postal_code
from analysis.backends.builtin.stances import (
    read_objections,
    read_pain_points,
    read_positive_signals,
    read_topics,
)
from analysis.backends.builtin.summary import read_key_points, summarize
from analysis.backends.builtin.timelines import read_timeline
from analysis.backends.builtin.usernames import read_username
from analysis.backends.builtin.wants import read_wants
from analysis.conversation import Conversation
from analysis.findings import Fact, Findings

MONTH_FIRST_REGIONS = frozenset({"US", "PH"})


class BuiltinBackend:
    """Reads English, Hindi and the mixture by rule. Never raises for any text; linear in the number
    of turns.
    """

    name = "builtin"
    version = "3"

    def analyze(self, conversation: Conversation) -> Findings:
        """Fill every field that was said. Facts rest on the customer's words or on a question
        they confirmed.
        """
        heard = hear(conversation)
        found = {
            **_about_them(heard, conversation),
            **_about_the_call(heard, conversation),
        }
        found["intent"] = read_intent(heard, _shown(found))
        found["business_outcome"] = read_business_outcome(heard, found)
        findings = Findings(**found)
        action = next_best_action(findings)
        findings = findings.model_copy(update={"next_best_action": action})
        return findings.model_copy(
            update={"summary": summarize(heard, findings), "key_points": read_key_points(heard, findings)}
        )


def _about_them(heard: tuple[Heard, ...], conversation: Conversation) -> dict[str, Any]:
    said = statements(heard)
    return {
        "contact_name": read_contact_name(heard, said, our_names=names_of_ours(heard), our_name=conversation.our_name),
        "business_name": read_business_name(said, our_name=conversation.our_name),
        "owner_name": read_owner_name(said),
        "city": read_city(said),
        "state": read_state(said),
        "address": read_address(said),
        "postal_code": read_postal_code(said, region=conversation.region),
        "industry": read_industry(said),
        "email": read_email(said),
        "website": read_website(said),
        "phones": read_customer_phones(said, region=conversation.region),
        "company_size": read_company_size(said),
        "annual_revenue": read_annual_revenue(said, currency=conversation.currency),
        "decision_maker": read_decision_maker(said),
    }


def _about_the_call(heard: tuple[Heard, ...], conversation: Conversation) -> dict[str, Any]:
    said = statements(heard)
    called_at = conversation.local_time
    day_first = conversation.region not in MONTH_FIRST_REGIONS
    return {
        "topics": read_topics(heard),
        "sentiment": read_sentiment(heard),
        "engagement": read_engagement(heard),
        "callback_at": read_callback(heard, called_at=called_at, day_first=day_first),
        "objections": read_objections(heard),
        "positive_signals": read_positive_signals(heard),
        "pain_points": read_pain_points(heard),
        "budget": read_budget(said, currency=conversation.currency),
        "timeline": read_timeline(said, called_at=called_at),
        "emergency": read_emergency(heard),
        "resolution": read_resolution(heard),
        "custom": _wanted(heard, said, called_at=called_at, day_first=day_first),
    }


def _wanted(
    heard: tuple[Heard, ...], said: tuple[Heard, ...], *, called_at: datetime, day_first: bool
) -> dict[str, Fact[Any]]:
    wants = read_wants(heard, said, called_at=called_at, day_first=day_first)
    username = read_username(said)
    return wants | {"username": username} if username else wants


def _shown(found: dict[str, Any]) -> Shown:
    return Shown(
        visit=found["custom"].get("site_visit"),
        callback_at=found["callback_at"],
        budget=found["budget"],
        timeline=found["timeline"],
        email=found["email"],
        wants=found["custom"],
    )
