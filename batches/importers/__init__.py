"""Files that instruments write, read strictly into plain rows. No row of the database here."""
