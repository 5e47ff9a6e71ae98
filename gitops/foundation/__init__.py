"""What every layer may use: findings, origins, quantities. Imports nothing of the project."""
