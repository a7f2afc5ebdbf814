"""`/api/call-tracking/conversations`: calls with what they meant and whom they were with; and the way to store one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from calltracking.api.conversation_fields import (
    EXAMPLE,
    WHOLE_EXAMPLE,
    ConversationSerializer,
    WholeConversationSerializer,
)
from calltracking.api.conversation_in import EXAMPLE as EXAMPLE_IN
from calltracking.api.conversation_in import LONGEST_COMMENT, MOST_COMMENTS, OURSELVES, ConversationIn, event_of
from calltracking.models import CallNote
from crm.api.callers import person_behind, visible_to
from crm.api.errors import Conflict
from crm.api.leads import StatusIn, move_lead
from crm.api.paging import NewestFirst
from crm.api.repeats import IDEMPOTENCY_KEY
from crm.api.views import CompanyRows, CreatesOnce
from crm.models import ApiKey, Contact, Lead
from telephony.filters import CallFilter
from telephony.models import Call, Insight, Turn
from telephony.models.call_queries import CallIsErased


def conversations() -> QuerySet[Call]:
    """Return the company's calls with what an answer shows of each."""
    current = Insight.objects.filter(is_current=True)
    calls: QuerySet[Call] = (
        Call.objects.select_related("contact", "agent__membership")
        .defer("raw")
        .prefetch_related(
            "ids",
            Prefetch("insights", queryset=current, to_attr="current_insights"),
            Prefetch("notes", queryset=CallNote.objects.order_by("written_at", "pk")),
        )
    )
    return calls


def whole(pk: int, request: Request) -> dict[str, Any]:
    """Return one conversation as an answer shows it."""
    call = conversations().prefetch_related(Prefetch("turns", queryset=Turn.objects.order_by("index"))).get(pk=pk)
    return dict(WholeConversationSerializer(call, context={"request": request}).data)


@extend_schema_view(
    get=extend_schema(
        summary="List conversations, newest first",
        tags=["conversations"],
        examples=[OpenApiExample("A conversation", value=EXAMPLE, response_only=True)],
    ),
    post=extend_schema(
        summary="Store a conversation",
        tags=["conversations"],
        parameters=[IDEMPOTENCY_KEY],
        request=ConversationIn,
        responses={201: WholeConversationSerializer, 200: WholeConversationSerializer},
        examples=[
            OpenApiExample("A whole conversation", value=EXAMPLE_IN, request_only=True),
            OpenApiExample("As it is stored", value=WHOLE_EXAMPLE, response_only=True, status_codes=["201", "200"]),
        ],
    ),
)
class ConversationList(CompanyRows, CreatesOnce, generics.ListAPIView[Call]):
    """Conversations of the company, newest first, 50 a page (`page_size` 10 to 100); `next` is a complete URL.

    One that is stored here is read and scored like any other, in a moment.
    """

    rights_on = Call
    serializer_class = ConversationSerializer
    filterset_class = CallFilter
    pagination_class = NewestFirst

    def rows(self) -> QuerySet[Call]:
        return conversations()

    def create(self, request: Request) -> Response:
        """Store metadata, turns and comments in one transaction. 201: it is new; 200: it was brought up to date."""
        asked = ConversationIn(data=request.data)
        asked.is_valid(raise_exception=True)
        event = event_of(asked.validated_data)
        known = Call.objects.filter(ids__provider=event.ids[0].provider, ids__value=event.ids[0].value).first()
        if known is not None and known.reached_us_by != OURSELVES:
            raise Conflict("This call reached us from its provider. What it told stays.")
        try:
            call = Call.objects.record(event, account=None, reached_us_by=OURSELVES)
        except CallIsErased:
            raise Conflict("This call was erased with the person it was with. It is not stored again.") from None
        comments = asked.validated_data["comments"]
        if comments:
            write_comments(call, comments, request)
        return Response(whole(call.pk, request), status=200 if known else 201)


@extend_schema(
    summary="Show a conversation",
    tags=["conversations"],
    responses={200: WholeConversationSerializer},
    examples=[OpenApiExample("A conversation", value=WHOLE_EXAMPLE, response_only=True)],
)
class ConversationDetail(CompanyRows, generics.RetrieveAPIView[Call]):
    """One conversation, with every turn."""

    rights_on = Call
    serializer_class: Any = WholeConversationSerializer

    def rows(self) -> QuerySet[Call]:
        return conversations().prefetch_related(Prefetch("turns", queryset=Turn.objects.order_by("index")))


class CommentsIn(serializers.Serializer[Any]):
    comments = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_COMMENT),
        max_length=MOST_COMMENTS,
        help_text="All of them. Those that others wrote stay, whether they are listed or not.",
    )


class ConversationComments(CompanyRows, generics.GenericAPIView[Call]):
    """The comments on a conversation."""

    rights_on = CallNote

    def rows(self) -> QuerySet[Any]:
        calls: QuerySet[Call] = Call.objects.defer("raw")
        return calls

    @extend_schema(
        summary="Write the comments on a conversation",
        tags=["conversations"],
        request=CommentsIn,
        responses={200: WholeConversationSerializer},
        examples=[
            OpenApiExample("One comment", value={"comments": ["Sent the floor plan."]}, request_only=True),
            OpenApiExample("The conversation", value=WHOLE_EXAMPLE, response_only=True),
        ],
    )
    def put(self, request: Request, pk: int) -> Response:
        """Make the caller's comments these, in this order; what others wrote stays."""
        asked = CommentsIn(data=request.data)
        with transaction.atomic():
            call = generics.get_object_or_404(self.get_queryset().select_for_update(of=("self",)), pk=pk)
            asked.is_valid(raise_exception=True)
            write_comments(call, asked.validated_data["comments"], request)
        return Response(whole(call.pk, request))


class ConversationLeadStatus(CompanyRows, generics.GenericAPIView[Call]):
    """The status of the lead a conversation was with."""

    rights_on = Lead

    def rows(self) -> QuerySet[Any]:
        calls: QuerySet[Call] = Call.objects.defer("raw")
        return calls

    @extend_schema(
        summary="Change the status of a conversation's lead",
        tags=["conversations"],
        request=StatusIn,
        responses={200: WholeConversationSerializer},
        examples=[
            OpenApiExample("Interested", value={"status": "interested"}, request_only=True),
            OpenApiExample("The conversation", value=WHOLE_EXAMPLE, response_only=True),
        ],
    )
    def put(self, request: Request, pk: int) -> Response:
        """Move the lead, with history, priority and next step. 409: it is not known whose call it was."""
        with transaction.atomic():
            call = generics.get_object_or_404(self.get_queryset(), pk=pk)
            contacts = visible_to(request, Contact.objects.select_for_update(of=("self",)))
            contact = contacts.filter(pk=call.contact_id or 0).first()
            if contact is None:
                raise Conflict("It is not known whose call this was. Choose the contact on its page first.")
            move_lead(contact, request)
        return Response(whole(call.pk, request))


def write_comments(call: Call, texts: list[str], request: Request) -> None:
    """Make the caller's comments on the call these; those of others stay, and are not written a second time."""
    key = request.user if isinstance(request.user, ApiKey) else None
    author: dict[str, Any] = {"api_key": key, "by": None} if key else {"api_key": None, "by": person_behind(request)}
    written = {text.strip(): None for text in texts}
    mine = CallNote.objects.filter(call=call, **author)
    mine.exclude(text__in=written).delete()
    there = set(CallNote.objects.filter(call=call, text__in=written).values_list("text", flat=True))
    CallNote.objects.bulk_create(CallNote(call=call, text=text, **author) for text in written if text not in there)
