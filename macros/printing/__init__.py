"""Paper: what is printed, what is bound together, and the browser that prints it."""
