"""Master batch records as files people read: what they hold, how they are read, written and judged."""
