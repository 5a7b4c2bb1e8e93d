namespace Snakepit.Errors;

/// <summary>What kind of thing went wrong; the coarse filter beside <see cref="SnakepitErrorCode"/>.</summary>
public enum ErrorCategory
{
    /// <summary>A time limit was reached.</summary>
    Timeout,

    /// <summary>The pool did not take the call.</summary>
    Pool,

    /// <summary>The worker failed, or Snakepit itself.</summary>
    Worker,

    /// <summary>The session cannot be served.</summary>
    Session,

    /// <summary>The request, its arguments or its result break a rule; the message names it.</summary>
    Validation,

    /// <summary>The tool raised an exception.</summary>
    PythonError,

    /// <summary>The shard cannot be reached, or has lost the stream.</summary>
    Link,

    /// <summary>The caller gave up.</summary>
    Cancelled,
}
