"""Names of the background jobs of compliance; domain code enqueues names, never functions."""

SWEEP_OUTBOX = "compliance.sweep_outbox"
SEAL_SITE = "compliance.seal_site"
PUBLISH_HEADS = "compliance.publish_heads"
STAMP_SEAL = "compliance.stamp_seal"
