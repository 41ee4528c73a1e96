"""The agent-based campaign model, defined in docs/campaign.md; one file a phase of a step."""
