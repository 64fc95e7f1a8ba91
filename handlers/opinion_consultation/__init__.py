"""Consultation (意见征询): outside voices before drafting, definite answers of departments while drafting.

Source: 长新党政办发〔2022〕24号, 三(一)2、三(二)1.
"""

from handlers.opinion_consultation import opening, replies, summary, texts
from handlers.opinion_consultation.register import stage

__all__ = ["opening", "replies", "stage", "summary", "texts"]
