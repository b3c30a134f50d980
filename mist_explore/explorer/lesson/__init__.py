"""A lesson: steps that show other pages, each with a question whose answer is computed."""

from __future__ import annotations

from mist_explore.explorer.lesson.page import LessonPage
from mist_explore.explorer.lesson.settings import Lesson, LessonState, parse_lesson, read_lesson

__all__ = ["PAGE", "Lesson", "LessonPage", "LessonState", "parse_lesson", "read_lesson"]

PAGE = LessonPage
