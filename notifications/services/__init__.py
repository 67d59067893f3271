"""The way into the outbox: what other rooms and the edges call."""

from notifications.error_words import say_error
from notifications.kinds import Kind, appointment_context
from notifications.services.fates import fates_of, told_by_chat
from notifications.services.inbox import Reading, inbox, open_message, put_into_words, unread
from notifications.services.outbox import (
    NewMessage,
    forget_recipient,
    forget_words,
    hasten,
    owe_messages,
    readdress_messages,
    replace_messages,
    resend,
    withdraw_messages,
)
from notifications.services.progress import Progress, progress
from notifications.services.quota import foresee_quota, forget_quota, short_quotas
from notifications.services.readiness import kinds_without_template, template_ids
from notifications.services.receipts import Receipt, record_receipts
from notifications.services.replies import (
    forget_old_replies,
    owe_replies,
    send_due_replies,
    send_replies_to,
    sweep_replies,
)
from notifications.services.sending import SendReport, send_due
from notifications.services.telling import are_reminders_due, tell
from notifications.services.template_fit import TemplateUse, templates_in_use
from notifications.services.texts import set_templates, set_text, texts_for
from notifications.services.trials import last_trial, send_trial, trial_arrived
from notifications.services.upkeep import SweepReport, forget_old_counts, sweep

__all__ = [
    "Kind",
    "NewMessage",
    "Progress",
    "Reading",
    "Receipt",
    "SendReport",
    "SweepReport",
    "TemplateUse",
    "appointment_context",
    "are_reminders_due",
    "fates_of",
    "foresee_quota",
    "forget_old_counts",
    "forget_old_replies",
    "forget_quota",
    "forget_recipient",
    "forget_words",
    "hasten",
    "inbox",
    "kinds_without_template",
    "last_trial",
    "open_message",
    "owe_messages",
    "owe_replies",
    "progress",
    "put_into_words",
    "readdress_messages",
    "record_receipts",
    "replace_messages",
    "resend",
    "say_error",
    "send_due",
    "send_due_replies",
    "send_replies_to",
    "send_trial",
    "set_templates",
    "set_text",
    "short_quotas",
    "sweep",
    "sweep_replies",
    "tell",
    "template_ids",
    "templates_in_use",
    "texts_for",
    "told_by_chat",
    "trial_arrived",
    "unread",
    "withdraw_messages",
]
