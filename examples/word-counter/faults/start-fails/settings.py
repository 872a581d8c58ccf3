"""What differs from server to server, read from the environment."""

import os

GREETING = os.environ.get("WORDS_GREETING", "Hello")
# No server has this yet.
DICTIONARY = os.environ["WORDS_DICTIONARY"]
