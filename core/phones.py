"""Vietnamese phone numbers, stored as E.164 (`+84905123456`)."""

import phonenumbers


def normalise(text: str) -> str:
    """Read a phone number however it was typed and give it as E.164.

    :raises ValueError: it is not a valid number of Việt Nam
    """
    compact = "".join(text.split())
    if compact.startswith("84"):
        compact = f"+{compact}"
    try:
        number = phonenumbers.parse(compact, "VN")
    except phonenumbers.NumberParseException as unreadable:
        raise ValueError("not a phone number") from unreadable
    if number.country_code != 84 or not phonenumbers.is_valid_number(number):
        raise ValueError("not a phone number of Việt Nam")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mobile(text: str) -> str:
    """Read the number of a mobile phone, which alone can have Zalo, and give it as E.164.

    :raises ValueError: it is not a mobile number of Việt Nam
    """
    number = normalise(text)
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if phonenumbers.number_type(phonenumbers.parse(number)) not in kinds:
        raise ValueError("not a mobile number")
    return number


def masked(phone: str) -> str:
    """`*********456`: the last three digits, as lists and logs may show them."""
    return "*" * max(len(phone) - 3, 0) + phone[-3:]
