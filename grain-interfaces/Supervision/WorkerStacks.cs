using Snakepit.Identity;

namespace Snakepit.Supervision;

/// <summary>What the threads of a worker did at one moment.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.WorkerStacks")]
public sealed record WorkerStacks
{
    /// <summary>Which worker.</summary>
    [Id(0)] public required WorkerId Worker { get; init; }

    /// <summary>Its process id.</summary>
    [Id(1)] public required int Pid { get; init; }

    /// <summary>
    /// The stacks as text for people, each with its latest call first: calls of tools, then other coroutines and threads in code of users.
    /// 64 KiB at most; null when there are none.
    /// </summary>
    [Id(2)] public string? Stacks { get; init; }

    /// <summary>Why there are none, in one sentence; null when there are.</summary>
    [Id(3)] public string? Silence { get; init; }
}
