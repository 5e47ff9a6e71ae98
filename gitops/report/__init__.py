"""Values in, text out: findings, summaries and changes as text, JSON and Markdown."""
