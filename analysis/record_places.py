"""Where a conversation of somebody else's took place, made whole from what little a record says of it.

Region, currency and time zone are told from each other; what nothing tells is India's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import get_territory_currencies
from phonenumbers import SUPPORTED_REGIONS

HOME_REGION = "IN"
CALLED_OTHERWISE = {"UK": "GB"}
# A currency of many countries stands for the one in which most of its users live.
REGION_OF_CURRENCY = {
    "INR": "IN",
    "USD": "US",
    "GBP": "GB",
    "EUR": "DE",
    "AED": "AE",
    "AUD": "AU",
    "CAD": "CA",
    "CHF": "CH",
    "JPY": "JP",
    "NZD": "NZ",
    "PKR": "PK",
    "SGD": "SG",
    "ZAR": "ZA",
}
# Where a country has several, the one that most of its people live by.
ZONE_OF_REGION = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "IN": "Asia/Kolkata",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
}
ELSEWHERE = "UTC"


class UnknownPlace(ValueError):
    """A region, currency or time zone that there is not. The message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """Two letters, three letters and an IANA name, none of them empty."""

    region: str
    currency: str
    time_zone: str


def place_of(*, region: str = "", currency: str = "", time_zone: str = "") -> Place:
    """Return the place; what is empty follows from the rest. Raises `UnknownPlace`."""
    region = CALLED_OTHERWISE.get(region.upper(), region.upper())
    currency = currency.upper()
    if region and region not in SUPPORTED_REGIONS:
        raise UnknownPlace("region is no country code of two letters, such as IN.")
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        raise UnknownPlace("currency is no code of three letters, such as INR.")
    if time_zone and time_zone not in available_time_zones():
        raise UnknownPlace("timezone is no IANA time zone, such as Asia/Kolkata.")
    region = region or _region_of_zone(time_zone) or REGION_OF_CURRENCY.get(currency, HOME_REGION)
    return Place(region, currency or _currency_of(region), time_zone or _zone_of(region))


@cache
def available_time_zones() -> frozenset[str]:
    """Return every IANA name; reading them from disk takes a while."""
    return frozenset(available_timezones())


@cache
def _region_of_zone(time_zone: str) -> str:
    region = get_global("zone_territories").get(time_zone, "")
    return region if region in SUPPORTED_REGIONS else ""


@cache
def _currency_of(region: str) -> str:
    return next(iter(get_territory_currencies(region)), "USD")


@cache
def _zone_of(region: str) -> str:
    if region in ZONE_OF_REGION:
        return ZONE_OF_REGION[region]
    zones = (zone for zone, where in get_global("zone_territories").items() if where == region)
    return next((zone for zone in sorted(zones) if zone in available_time_zones()), ELSEWHERE)
