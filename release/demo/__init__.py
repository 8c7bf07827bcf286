"""The demonstration site: the reference batches, run by the domain functions of the pages on the scripted clock."""
