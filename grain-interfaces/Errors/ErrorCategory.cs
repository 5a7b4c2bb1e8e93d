namespace Snakepit.Errors;

public enum ErrorCategory
{
    Timeout,
    Pool,
    Worker,
    Session,
    Validation,
    PythonError,
    Link,
    Cancelled,
}
