"""Keep a populated database of this release."""

from tests.records.releases import write

write()
