"""Relations between points and ranges (DMN 1.5, range functions)."""

from __future__ import annotations

from processes.feel.builtins.registry import feel
from processes.feel.comparison import both, compare, contains, equal
from processes.feel.values import Range, Value


def _earlier(left: Value, right: Value, *, touching: bool) -> bool | None:
    """left < right; also left = right when touching does not overlap."""
    return compare("<=" if touching else "<", left, right)


@feel("before(point1: x, point2: x)")
def before(point1: Value, point2: Value) -> Value:
    """Does the first end before the second begins?"""
    end, end_in = (point1.end, point1.end_included) if point1.__class__ is Range else (point1, True)
    start, start_in = (point2.start, point2.start_included) if point2.__class__ is Range else (point2, True)
    return _earlier(end, start, touching=not (end_in and start_in))


@feel("after(point1: x, point2: x)")
def after(point1: Value, point2: Value) -> Value:
    """Does the first begin after the second ends?"""
    return before(point2, point1)


@feel("meets(range1: r, range2: r)")
def meets(range1: Range, range2: Range) -> Value:
    """Does the first end exactly where the second begins, both ends included?"""
    return both(range1.end_included and range2.start_included, equal(range1.end, range2.start))


@feel("met by(range1: r, range2: r)")
def met_by(range1: Range, range2: Range) -> Value:
    """`meets` the other way round."""
    return meets(range2, range1)


@feel("overlaps(range1: r, range2: r)")
def overlaps(range1: Range, range2: Range) -> Value:
    """Do both share a point?"""
    return both(_reaches(range1, range2), _reaches(range2, range1))


def _reaches(first: Range, second: Range) -> bool | None:
    """Does the first end at or after the start of the second?"""
    return compare(">=" if first.end_included and second.start_included else ">", first.end, second.start)


def _starts_sooner(first: Range, second: Range) -> bool | None:
    if equal(first.start, second.start):
        return first.start_included and not second.start_included
    return compare("<", first.start, second.start)


def _ends_sooner(first: Range, second: Range) -> bool | None:
    if equal(first.end, second.end):
        return second.end_included and not first.end_included
    return compare("<", first.end, second.end)


@feel("overlaps before(range1: r, range2: r)")
def overlaps_before(range1: Range, range2: Range) -> Value:
    """Does the first begin earlier and end inside the second?"""
    ends_in_it = both(_reaches(range1, range2), _ends_sooner(range1, range2) or _same_end(range1, range2))
    return both(_starts_sooner(range1, range2), ends_in_it)


@feel("overlaps after(range1: r, range2: r)")
def overlaps_after(range1: Range, range2: Range) -> Value:
    """Does the first begin inside the second and end later?"""
    starts_in_it = both(_reaches(range2, range1), _starts_sooner(range2, range1) or _same_start(range1, range2))
    return both(_ends_sooner(range2, range1), starts_in_it)


def _same_end(first: Range, second: Range) -> bool | None:
    return both(first.end_included == second.end_included, equal(first.end, second.end))


def _same_start(first: Range, second: Range) -> bool | None:
    return both(first.start_included == second.start_included, equal(first.start, second.start))


@feel("finishes(point: x, range: r)")
def finishes(point: Value, span: Range) -> Value:
    """Does the first end exactly with the range, without beginning before it?"""
    if point.__class__ is Range:
        starts_inside = _starts_sooner(span, point) or _same_start(span, point)
        return both(_same_end(point, span), starts_inside)
    return both(span.end_included, equal(point, span.end))


@feel("finished by(range: r, point: x)")
def finished_by(span: Range, point: Value) -> Value:
    """`finishes` the other way round."""
    return finishes(point, span)


@feel("includes(range: r, point: x)")
def includes(span: Range, point: Value) -> Value:
    """Does the range hold the point, or all of the other range?"""
    if point.__class__ is not Range:
        return contains(span, point)
    begins = _starts_sooner(span, point) or _same_start(span, point)
    return both(begins, _ends_sooner(point, span) or _same_end(point, span))


@feel("during(point: x, range: r)")
def during(point: Value, span: Range) -> Value:
    """`includes` the other way round."""
    return includes(span, point)


@feel("starts(point: x, range: r)")
def starts(point: Value, span: Range) -> Value:
    """Does the first begin exactly with the range, without ending after it?"""
    if point.__class__ is Range:
        return both(_same_start(point, span), _ends_sooner(point, span) or _same_end(point, span))
    return both(span.start_included, equal(point, span.start))


@feel("started by(range: r, point: x)")
def started_by(span: Range, point: Value) -> Value:
    """`starts` the other way round."""
    return starts(point, span)


@feel("coincides(point1: x, point2: x)")
def coincides(point1: Value, point2: Value) -> Value:
    """Are both the same point or range?"""
    return equal(point1, point2)
