"""Review by exception, disposition and issued documents: reads everything below, nothing imports it."""
