"""One file per health rule; see `graphscope.doctor.health.training.HealthRule`."""
