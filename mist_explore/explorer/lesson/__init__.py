"""A lesson: steps that show other pages, each with a question whose answer is computed.

`text` reads a lesson from Markdown, `conditions` the conditions of its answers.
"""

from __future__ import annotations

from mist_explore.explorer.lesson.page import LessonPage
from mist_explore.explorer.lesson.settings import LessonState, read_lesson
from mist_explore.explorer.lesson.text import Lesson, parse_lesson

__all__ = ["PAGE", "Lesson", "LessonPage", "LessonState", "parse_lesson", "read_lesson"]

PAGE = LessonPage
