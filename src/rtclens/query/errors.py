"""What a question can be refused for.

Enters: nothing. Leaves: two exceptions, both fit to be shown.

    QuestionError
    ├── BadQuestionError   a filter, sort or cursor that means nothing
    └── NotThereError      the subject does not exist within the scope
"""

from __future__ import annotations


class QuestionError(Exception):
    """Base of the refusals of this room."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class BadQuestionError(QuestionError):
    """The question cannot be understood."""


class NotThereError(QuestionError):
    """Its subject is not within the scope: it never was, has expired, or is somebody else's."""
