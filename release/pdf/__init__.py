"""Paper: the batch record and the certificate of analysis as PDF/A-3b, sealed last."""
