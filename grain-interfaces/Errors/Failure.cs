using Snakepit.Telemetry;

namespace Snakepit.Errors;

/// <summary>Why a call has no result. Travels in the reply; the client turns it into a <see cref="SnakepitException"/>.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.Failure")]
public sealed record Failure
{
    /// <summary>What happened.</summary>
    [Id(0)] public required SnakepitErrorCode Code { get; init; }

    /// <summary>What happened to whom, the number that mattered and the knob to turn.</summary>
    [Id(1)] public required string Message { get; init; }

    /// <summary>Whether the tool ran.</summary>
    [Id(2)] public required Outcome Outcome { get; init; }

    /// <summary>Where it happened; <see cref="CallStage.Client"/> unless said otherwise.</summary>
    [Id(3)] public CallStage Stage { get; init; }

    /// <summary>Where the time went until then.</summary>
    [Id(4)] public StageTimes Elapsed { get; init; }

    /// <summary>What Python said, when Python said it.</summary>
    [Id(5)] public PythonError? Python { get; init; }

    /// <summary>Further facts by name, for example <c>depth</c> and <c>limit</c>.</summary>
    [Id(6)] public IReadOnlyDictionary<string, string> Details { get; init; } = NoDetails;

    /// <summary>Detail of <see cref="SnakepitErrorCode.CallMoved"/>: name of the silo that has room.</summary>
    public const string SiloDetail = "silo";

    private static readonly IReadOnlyDictionary<string, string> NoDetails = new Dictionary<string, string>();
}

/// <summary>An exception raised in a worker.</summary>
/// <param name="Type">Exception type, module-qualified unless built in.</param>
/// <param name="Message">Its text.</param>
/// <param name="Traceback">Its traceback, or empty.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.PythonError")]
public sealed record PythonError(
    [property: Id(0)] string Type,
    [property: Id(1)] string Message,
    [property: Id(2)] string Traceback);
