"""Ready answers that are shown to whoever asks."""

from django.db.models import Q

from gatehouse.helpdesk import matching
from gatehouse.helpdesk.models import CannedAnswer

AT_MOST, LOOKED_THROUGH = 3, 500


def answers_to(course: int, question: str) -> list[CannedAnswer]:
    """Public ones of this course and of all courses that share words with the question, the best first."""
    if not question.strip():
        return []
    shown = CannedAnswer.objects.filter(Q(course=course) | Q(course=None), is_public=True, archived_at=None)
    rows = {answer.pk: answer for answer in shown[:LOOKED_THROUGH]}
    known = [matching.Answer(pk, row.title, row.text, row.course_id is not None) for pk, row in rows.items()]
    return [rows[key] for key in matching.best(known, question, at_most=AT_MOST)]
