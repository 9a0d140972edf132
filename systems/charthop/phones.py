"""Phone numbers in the form that ChartHop recognises.

With its country code, as docs.charthop.com says. What people type is read by Google's library.
"""


def read_phone(text: str) -> str | None:
    """The number as `+` and digits (E.164, without an extension); None where the text is none.

    A number that its country's plan has not given out is taken all the same: plans change.
    """
    import phonenumbers  # a tenth of the start of whoever reads no hire

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
