"""Who logs in: one person, however many companies they work in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from crm import roles

if TYPE_CHECKING:
    from crm.models.companies import Membership


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user who logs in with the e-mail; without a password they have to reset it first."""
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who logs in. What they may do comes from their membership in the company they work in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_platform_staff = models.BooleanField(
        default=False, editable=False, help_text="Runs the platform: may look into a company for a stated reason."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # The membership they act under in this request, set by the middleware; never stored.
    membership: Membership | None = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return (self.name or self.email).split(" ")[0]

    # The admin is open to every member, because agents work there too; roles decide what they find.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.membership is not None

    # No right bypasses the roles.
    is_superuser = False

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return self.is_active and self.membership is not None and roles.allows(self.membership.role, permission)

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.membership is not None and roles.allows_app(self.membership.role, app_label)
