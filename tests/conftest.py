"""What holds for every test: a slow machine is no fault, and how fast Usher is, is measured in tests/pace.

Where nothing may be skipped, hypothesis tries the same examples every time, so that a run says something
about the change and not about luck; at a desk it tries others each time, and what it finds there is kept.
"""

import os

from hypothesis import HealthCheck, settings

STRICT = os.environ.get("USHER_TESTS_STRICT") == "1"

settings.register_profile(
    "usher", deadline=None, derandomize=STRICT, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("usher")
