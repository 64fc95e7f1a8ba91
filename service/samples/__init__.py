"""Sample policies with real figures, and the hands that lead them through the house's own door."""

from service.samples import making, opening, paying
from service.samples.play import Lost, Play
from service.samples.sample import Sample, samples

__all__ = ["Lost", "Play", "Sample", "making", "opening", "paying", "samples"]
