namespace Snakepit.Execution;

/// <summary>How it stands with a call that is held.</summary>
public enum HeldState
{
    /// <summary>It waits; ask again.</summary>
    Waiting,

    /// <summary>It may begin as soon as its caller says so.</summary>
    CalledUp,

    /// <summary>It has ended; the reply has its answer.</summary>
    Ended,

    /// <summary>The shard has no such call.</summary>
    Unknown,
}

/// <summary>What a shard says of a call that is held.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Answer">The answer of a call that has ended; null for others.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.HeldReply")]
public sealed record HeldReply([property: Id(0)] HeldState State, [property: Id(1)] ToolReply? Answer = null);
