"""Diagrams of other tools made runnable: what keeps them from running, in words and with fixes; nothing lost unsaid."""

from processes.doctor.diagnosis import Account, Choice, Diagnosis, Fate, Fix, Symptom, Treated
from processes.doctor.doctor import examine, treat

__all__ = [
    "Account",
    "Choice",
    "Diagnosis",
    "Fate",
    "Fix",
    "Symptom",
    "Treated",
    "examine",
    "treat",
]
