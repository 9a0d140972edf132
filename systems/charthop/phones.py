"""Phone numbers in the form that ChartHop recognises.

With the country code, as docs.charthop.com says. Google's library reads what people type.
"""


def read_phone(text: str) -> str | None:
    """The number as `+` and digits (E.164, without an extension); None if the text is not one.

    A number not assigned in its country's plan is accepted all the same: plans change.
    """
    import phonenumbers  # a tenth of the start-up time of processes without hires

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
