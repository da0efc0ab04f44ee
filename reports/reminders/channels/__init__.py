"""The channels by which a message leaves the portal, and the three ways in which sending fails."""


class NotDelivered(Exception):
    """The message did not leave, and another try may work; the words are for whoever runs the portal."""


class Refused(Exception):
    """The message will never arrive this way; the words say what to mend."""


class Unclear(Exception):
    """The connection broke after the message had begun to leave: it may have arrived, or not."""
