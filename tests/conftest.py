"""What holds for every test: a slow machine is no fault, and how fast Usher is, is measured in tests/pace."""

from hypothesis import HealthCheck, settings

settings.register_profile("usher", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("usher")
