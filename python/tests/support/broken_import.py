import surely_not_installed_package  # type: ignore[import]  # noqa: F401
