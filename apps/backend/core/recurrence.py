"""When a recurring task is due next."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import count
from zoneinfo import ZoneInfo

from core.models import Recurrence

# Slim images have no time zones of their own: the package tzdata brings them, and says which there are.
ZONES = frozenset(files("tzdata").joinpath("zones").read_text().split())


def local(moment: datetime, zone: str) -> datetime:
    """Returns the moment as clocks in `zone` show it, or as it is where they show the year 0 or 10000."""
    try:
        return moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        return moment


def next_due(first: datetime, recurrence: Recurrence, zone: str, after: datetime) -> datetime | None:
    """Returns the first occurrence later than `after` of what began at `first`, or None after the year 9999.

    It is due at the same time of day in `zone` each time. Months are counted from `first`, so that the 31st
    comes back after a shorter month; a time that the clocks skip is as much later as they jump.
    """
    place = ZoneInfo(zone)
    try:
        start, limit = first.astimezone(place), after.astimezone(place)
        # Two steps before the estimate: weeks and months do not begin where days do.
        for number in count(max(1, steps(start, limit, recurrence) - 1)):
            due = nth(start, recurrence, number).astimezone(UTC)
            if due > after:
                return due
    except (OverflowError, ValueError):
        pass
    return None


def steps(start: datetime, limit: datetime, recurrence: Recurrence) -> int:
    if recurrence == "yearly":
        return limit.year - start.year
    if recurrence == "monthly":
        return (limit.year - start.year) * 12 + limit.month - start.month
    return (limit.date() - start.date()).days // (7 if recurrence == "weekly" else 1)


def nth(start: datetime, recurrence: Recurrence, number: int) -> datetime:
    if recurrence in ("daily", "weekly"):
        # Adding to a local time keeps the time of day.
        return (start + timedelta(days=number * (7 if recurrence == "weekly" else 1))).replace(fold=0)
    months = start.month - 1 + number * (12 if recurrence == "yearly" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day, fold=0)
