"""What Slack lets one message, one view and one box hold, and how a label is made to fit.

Numbers are from docs.slack.dev/reference: block-kit/blocks, block-kit/block-elements,
block-kit/composition-objects, views, and the errors of methods/views.open. Texts are measured in UTF-16
units, which are never fewer than what Slack counts.
"""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
"""Of a modal or an App Home."""
MESSAGE_ROOM = 10_000
"""Characters of a message's blocks as JSON; Slack gives no number for `msg_blocks_too_long`."""
VIEW_ROOM = 200_000
"""Characters of a view's blocks as ASCII JSON; `view_too_large` is 250 kB."""
NOTIFICATION = 3000
"""Of `text`, which Slack advises to keep under 4,000."""

TITLE = 24
"""Of a modal's title, submit and close."""
SECTION = 3000
FIELDS = 10
FIELD = 2000
HEADER = 150
CONTEXT = 2000
"""Of one element of a context block."""
LABEL = 2000
"""Of an input's label, and of its hint."""
BOX = 3000
"""Of a plain_text_input's max_length and initial_value."""

BUTTON = 75
SHOWN_ON_A_PHONE = 30
"""Of a button's text, before Slack may cut it short for want of room."""
SIDE_BY_SIDE = 2
"""Buttons in a row: our own rule, for thumbs."""
OPTION = 75
"""Of an option's text, of its description, and of the label of a group."""
OPTION_VALUE = 150
RADIOS = 10
"""Options of radio_buttons, and of checkboxes."""
SELECT = 100
"""Options of a select, or of one of its groups."""
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
