"""The master batch record and its execution: from donor material to filled vials."""
