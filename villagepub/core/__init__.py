"""What every feature may use and what knows no feature."""
