"""For adapters of the Elixir system."""

from .compat.thread_safety_checker import (
    ThreadSafetyChecker as ThreadSafetyChecker,
    check_common_pitfalls as check_common_pitfalls,
    check_thread_safe as check_thread_safe,
    disable_checking as disable_checking,
    enable_checking as enable_checking,
    get_global_checker as get_global_checker,
    print_thread_safety_report as print_thread_safety_report,
    require_thread_safe_adapter as require_thread_safe_adapter,
    validate_adapter_thread_safety as validate_adapter_thread_safety,
)
