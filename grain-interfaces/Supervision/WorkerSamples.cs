using Snakepit.Identity;

namespace Snakepit.Supervision;

/// <summary>What the threads of a worker did in some seconds.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.WorkerSamples")]
public sealed record WorkerSamples
{
    /// <summary>Which worker.</summary>
    [Id(0)] public required WorkerId Worker { get; init; }

    /// <summary>Its process id.</summary>
    [Id(1)] public required int Pid { get; init; }

    /// <summary>The samples as UTF-8 JSON in the file format of speedscope; null when there are none.</summary>
    [Id(2)] public byte[]? Speedscope { get; init; }

    /// <summary>Why there are none; null when there are.</summary>
    [Id(3)] public string? Refusal { get; init; }
}
