"""What people type about projects and members. The commands decide; a form carries their answers to its fields."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from cqrs import Command, DomainError, InvalidMessageError, NotFoundError, command_bus
from projects.ids import Role
from projects.pages.base import told

T = TypeVar("T")
R = TypeVar("R")


class CommandForm(forms.Form):
    """A form whose command may still refuse: the refusal is shown at its field, or on top."""

    def dispatch(self, command: Command[T]) -> T | None:
        """The command's answer; None when it was refused and the form shows why. A stranger still gets a 404."""
        return self.answer_of(lambda: command_bus.dispatch(command))

    def authorise(self, command: Command[T]) -> bool:
        """Whether the person may send it; the form shows why not."""
        self.answer_of(lambda: command_bus.authorise(command))
        return self.is_valid()

    def answer_of(self, ask: Callable[[], R]) -> R | None:
        """What the call answers; None when it refused and the form shows why. A stranger still gets a 404."""
        try:
            return ask()
        except NotFoundError:
            raise
        except InvalidMessageError as error:
            for field, texts in error.fields.items():
                self.add_error(field if field in self.fields else None, list(texts))
        except DomainError as error:
            self.add_error(None, told(error))
        return None


class ProjectForm(CommandForm):
    name = forms.CharField(max_length=200, help_text="What you reconcile, for example “Main account, November”.")
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))


class MemberForm(CommandForm):
    username = forms.CharField(max_length=150, label="User name")
    role = forms.ChoiceField(choices=[(role, role.capitalize()) for role in Role])
