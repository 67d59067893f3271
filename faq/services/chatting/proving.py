"""Who it is that writes, where nobody has signed in with this Zalo account: proved by a code to a phone.

The code goes to the verified phone of the account whose appointment was named. Nobody hears whether the
appointment is there: words, lists and limits are the same for any code. Nothing goes to the wire, and no
guess is looked at, while the conversation is held: the answer to a text writes down whose phone is meant,
`send_wanted_code` sends behind it, and `try_code` guesses before the next one
(docs/decisions/0038-handing-over-and-proving-in-the-chat.md).
"""

import logging
import re
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts import services as accounts
from accounts.models import CODE_LIFETIME, CODE_TRIES, OtpChallenge
from accounts.services import tries
from booking.services.chat import coming, holder_of
from core.errors import DomainError, Invalid
from faq import words, words_of_proof
from faq.models import Conversation, Turn
from faq.private import clear
from faq.services.chatting.listening import SIX_DIGITS, About, Answer, Heard, Menu, NewQuestion, way_back_of
from faq.typed import Act, Code, Command, Word

log = logging.getLogger(__name__)

WHICH_CODE, OFFER = "whose_appointment", "offer_of_a_code"
# Codes that one person of an Official Account, and one appointment, may have in a day; less than a phone may.
MOST_CODES = 3
PROVED_FOR = timedelta(minutes=30)
_SIX = re.compile(r"(?<![0-9])[0-9]{3}[ .-]?[0-9]{3}(?![0-9])")


def ask(heard: Heard) -> Answer:
    """Ask a stranger to prove who they are, by the appointment that they named; or to name one."""
    if not (settings.ZALO_OTP_OA_ID and settings.ZALO_OTP_TEMPLATE_ID):
        return Answer(texts=[words.how_to_link()], keeps_menu=True)
    match heard.typed:
        case Code(code=code):
            return Answer(goes_to=NewQuestion(kind=OFFER, about={"code": code}))
        case Command(act=act, code=str(code)):
            return Answer(goes_to=NewQuestion(kind=OFFER, about={"code": code, "act": act.name}))
        case _:
            return Answer(goes_to=NewQuestion(kind=WHICH_CODE))


def ask_which(_heard: Heard, about: About) -> Answer:
    """The code itself is heard wherever it is typed (`own_appointments`)."""
    asks = NewQuestion(kind=WHICH_CODE, back=way_back_of(about))
    return Answer(texts=[words_of_proof.which_code()], asks=asks)


def ask_which_again(heard: Heard, _numbers: Sequence[int], about: About) -> Answer:
    return ask_which(heard, about)


def show_offer(_heard: Heard, about: About) -> Answer:
    return Answer(texts=[words_of_proof.offer()], asks=_about_it(OFFER, about))


def take_offer(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    """Want a code, within the limits; whether it will be sent, nobody hears."""
    if list(numbers) != [1]:
        return Answer(texts=[words.not_in_menu(1)], keeps_menu=True)
    if _was_just_sent(heard, about):
        return Answer(texts=[words_of_proof.wait_for_the_next()], keeps_menu=True)
    if _has_had_enough(heard, about["code"]):
        return Answer(texts=[words_of_proof.no_more_codes(heard.agency)])
    wanted = {"code_wanted_for": holder_of(code=about["code"], now=heard.now), "challenge": None}
    asks = _about_it(SIX_DIGITS, about, sent_at=heard.now.isoformat(), tries=0)
    return Answer(texts=[words_of_proof.code_is_on_its_way()], asks=asks, changes=wanted)


def hear_offer(heard: Heard, about: About) -> Answer | None:
    """A yes is as good as the number."""
    return take_offer(heard, [1], about) if heard.typed is Word.OK else None


def _was_just_sent(heard: Heard, about: About) -> bool:
    """Whether a phone would not be sent another code yet, so that a wish would be in vain."""
    sent_at = about.get("sent_at")
    return sent_at is not None and heard.now < datetime.fromisoformat(sent_at) + settings.OTP_PAUSE


def _has_had_enough(heard: Heard, code: str) -> bool:
    until = heard.now + timedelta(days=1)
    counted = ((tries.CHAT, f"{heard.oa_id}:{heard.uid}"), (tries.CHAT_APPOINTMENT, code))
    return any(tries.count(kind, name, until=until, most=MOST_CODES, now=heard.now) for kind, name in counted)


def _about_it(kind: str, about: About, **more: object) -> NewQuestion:
    kept = {name: about[name] for name in ("code", "act") if name in about}
    return NewQuestion(kind=kind, about={**kept, **more}, back=way_back_of(about))


# --- Six digits -----------------------------------------------------------------------------------


def show_six_digits(_heard: Heard, about: About) -> Answer:
    asks = _about_it(SIX_DIGITS, about, sent_at=about["sent_at"], tries=about["tries"])
    return Answer(texts=[words_of_proof.six_digits_please()], asks=asks)


def pick_six_digits(heard: Heard, _numbers: Sequence[int], about: About) -> Answer:
    return show_six_digits(heard, about)


def hear_six_digits(heard: Heard, about: About) -> Answer | None:
    """Say what has become of the guess that was made before this text was answered.

    A code that nobody was sent is guessed at in vain as often, and grows old as soon.
    """
    if heard.citizen is not None:
        return Answer(texts=[words_of_proof.proved(_what_now(heard, about))])
    is_old = heard.now >= datetime.fromisoformat(about["sent_at"]) + CODE_LIFETIME
    if code_in(heard.text) is None:
        return None if is_old else show_six_digits(heard, about)
    count = about["tries"] + 1
    if is_old or count >= CODE_TRIES:
        said = words_of_proof.code_is_too_old() if is_old else words_of_proof.code_is_used_up()
        return Answer(texts=[said], asks=_about_it(OFFER, about, sent_at=about["sent_at"]))
    asks = _about_it(SIX_DIGITS, about, sent_at=about["sent_at"], tries=count)
    return Answer(texts=[words_of_proof.wrong_code(left=CODE_TRIES - count)], asks=asks)


def _what_now(heard: Heard, about: About) -> str:
    """The appointment, and what may be typed about it: the act that was wanted is asked for once more."""
    found = coming(citizen=heard.owner, codes=[about["code"]], now=heard.now)
    if not found:
        return words.no_such_code()
    is_to_cancel = about.get("act") == Act.CANCEL.name
    return words.how_to_cancel(found) if is_to_cancel else words.what_to_do_with(found[0])


def code_in(text: str) -> str | None:
    """The six digits of a text, however they are spaced; None if there are none, or several times."""
    found = _SIX.findall(text)
    return re.sub("[^0-9]", "", found[0]) if len(found) == 1 else None


MENUS: dict[str, Menu] = {
    WHICH_CODE: Menu(ask_which, ask_which_again),
    OFFER: Menu(show_offer, take_offer, hear_offer),
    SIX_DIGITS: Menu(show_six_digits, pick_six_digits, hear_six_digits),
}


# --- Beside the answer ----------------------------------------------------------------------------


def send_wanted_code(*, oa_id: str, uid: str, now: datetime) -> bool:
    """Send the code that an answer promised, and return whether one was sent. Told twice, it sends once.

    Must not stand in a transaction. What goes wrong is not told: only a code that is there can go wrong.
    """
    chat = Conversation.objects.of(oa_id=oa_id, uid=uid)
    wanting = chat.filter(code_wanted_for__isnull=False, challenge=None).select_related("code_wanted_for")
    citizen = next((row.code_wanted_for for row in wanting.order_by("pk")), None)
    # A challenge that nobody has: until the true one is known, every guess is wrong.
    mark = uuid.uuid4()
    if citizen is None or not chat.claim_code(citizen, mark=mark):
        return False
    if citizen.phone is None:  # erased since
        return False
    try:
        challenge = _code_to(citizen.phone, now=now)
    except DomainError as refusal:
        log.warning("No code for a chat: %s", type(refusal).__name__)
        return False
    return chat.filter(challenge=mark).update(challenge=challenge.public_id) == 1


def _code_to(phone: str, *, now: datetime) -> OtpChallenge:
    on_its_way = accounts.code_on_its_way(phone=phone, now=now)
    return on_its_way or accounts.request_code(phone=phone, now=now)


def try_code(
    *, oa_id: str, uid: str, event_key: str, text: str, occurred_at: datetime, now: datetime
) -> None:
    """Guess, where six digits are awaited; if they are right, whoever writes there is known for half an hour.

    Comes before the answer to the same text, and not in its transaction, with which the count of guesses
    would be undone. Told twice, a right guess proves once; a wrong one may count twice.
    """
    # Read as the answer reads it, which counts the guess.
    code = code_in(clear(text, awaits_code=True).text)
    chat = Conversation.objects.of(oa_id=oa_id, uid=uid).first() if code else None
    if code is None or chat is None or chat.challenge is None or chat.is_paused(occurred_at):
        return
    open_list = chat.question(occurred_at)
    if open_list is None or open_list.kind != SIX_DIGITS or Turn.objects.filter(event_key=event_key).exists():
        return
    try:
        challenge = accounts.guess_code(challenge_id=chat.challenge, code=code, now=now)
    except Invalid:
        return
    _prove(chat, challenge, now=now)


@transaction.atomic
def _prove(chat: Conversation, challenge: OtpChallenge, *, now: datetime) -> None:
    row = Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=chat.pk)
    citizen = row.code_wanted_for
    if row.challenge != challenge.public_id or citizen is None or citizen.phone_key != challenge.phone_key:
        return
    if not accounts.use_code(challenge, now=now):
        return
    row.proved_citizen, row.proved_until = citizen, now + PROVED_FOR
    row.code_wanted_for = row.challenge = None
    row.save(update_fields=["proved_citizen", "proved_until", "code_wanted_for", "challenge"])
