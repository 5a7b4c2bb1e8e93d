"""Tools that .NET programs call through Snakepit."""
