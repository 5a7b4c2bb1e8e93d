using Snakepit.Telemetry;

namespace Snakepit.Errors;

/// <summary>
/// The one exception of Snakepit. Filter on <see cref="Code"/>; <see cref="Outcome"/> says whether repeating the call is safe.
/// Crosses Orleans calls with all its facts.
/// </summary>
[GenerateSerializer, Alias("Snakepit.SnakepitException")]
public sealed class SnakepitException : Exception
{
    public SnakepitException(Failure failure)
        : this(failure, null)
    {
    }

    public SnakepitException(Failure failure, Exception? innerException)
        : base(failure.Message, innerException) => Failure = failure;

    public SnakepitException(SnakepitErrorCode code, string message, Outcome outcome = Outcome.NotStarted, CallStage stage = CallStage.Client)
        : this(new Failure { Code = code, Message = message, Outcome = outcome, Stage = stage })
    {
    }

    [Id(0)] public Failure Failure { get; }

    public SnakepitErrorCode Code => Failure.Code;

    public ErrorCategory Category => Failure.Code.Category();

    public Outcome Outcome => Failure.Outcome;

    public CallStage Stage => Failure.Stage;

    /// <summary>The Python exception behind this one, if there is one.</summary>
    public PythonError? Python => Failure.Python;

    public override string ToString() =>
        Python is { Traceback.Length: > 0 } python
            ? $"{base.ToString()}{Environment.NewLine}--- Python ---{Environment.NewLine}{python.Traceback}"
            : base.ToString();
}
