using Snakepit.Telemetry;

namespace Snakepit.Errors;

/// <summary>
/// The one exception of Snakepit. Filter on <see cref="Code"/>; <see cref="Outcome"/> says whether repeating the call is safe.
/// Crosses Orleans calls with all its facts.
/// </summary>
[GenerateSerializer, Alias("Snakepit.SnakepitException")]
public sealed class SnakepitException : Exception
{
    /// <summary>An exception for a failure.</summary>
    public SnakepitException(Failure failure)
        : this(failure, null)
    {
    }

    /// <summary>The same with the exception that it follows from.</summary>
    public SnakepitException(Failure failure, Exception? innerException)
        : base(failure.Message, innerException) => Failure = failure;

    /// <summary>An exception for a failure without further facts.</summary>
    /// <param name="code">What happened.</param>
    /// <param name="message">What happened to whom, the number that mattered and the knob to turn.</param>
    /// <param name="outcome">Whether the tool ran.</param>
    /// <param name="stage">Where it happened.</param>
    public SnakepitException(
        SnakepitErrorCode code, string message, Outcome outcome = Outcome.NotStarted, CallStage stage = CallStage.Client)
        : this(new Failure { Code = code, Message = message, Outcome = outcome, Stage = stage })
    {
    }

    /// <summary>All facts.</summary>
    [Id(0)] public Failure Failure { get; }

    /// <inheritdoc cref="Failure.Code"/>
    public SnakepitErrorCode Code => Failure.Code;

    /// <summary>The category of <see cref="Code"/>.</summary>
    public ErrorCategory Category => Failure.Code.Category();

    /// <inheritdoc cref="Failure.Outcome"/>
    public Outcome Outcome => Failure.Outcome;

    /// <inheritdoc cref="Failure.Stage"/>
    public CallStage Stage => Failure.Stage;

    /// <summary>The Python exception behind this one, if there is one.</summary>
    public PythonError? Python => Failure.Python;

    /// <summary>The exception, followed by the traceback of Python when there is one.</summary>
    public override string ToString() =>
        Python is { Traceback.Length: > 0 } python
            ? $"{base.ToString()}{Environment.NewLine}--- Python ---{Environment.NewLine}{python.Traceback}"
            : base.ToString();
}
