"""What a batch's record says to QA, now or as of one ledger entry: exceptions, completeness, decisions."""
