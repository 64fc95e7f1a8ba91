"""What the doctor knows to do, by what is wrong: each module yields remedies for a patient."""

from processes.doctor.treatments import calls, events, expressions, flows, forms, people, repetition, shape, work

#: In the order in which they help: the shape first, then who and what, then the flow.
TREATMENTS = (
    shape.remedies,
    people.remedies,
    forms.remedies,
    work.remedies,
    calls.remedies,
    repetition.remedies,
    expressions.remedies,
    events.remedies,
    flows.remedies,
)
