"""Scenario files: text -> checked, frozen `Scenario`; every error at once, each naming file and key."""
