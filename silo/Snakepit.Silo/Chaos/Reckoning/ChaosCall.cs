namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>A call that a caller makes.</summary>
/// <param name="Number">Its number in the run, from 1. Its answer has to be this number.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">The arguments as JSON.</param>
/// <param name="Budget">How long it may take. Short ones are meant to be exceeded.</param>
/// <param name="Session">Its session, or null.</param>
/// <param name="Patience">When the caller gives up; null for never.</param>
internal sealed record ChaosCall(long Number, string Tool, byte[] Arguments, TimeSpan Budget, string? Session, TimeSpan? Patience)
{
    /// <summary>Its author says so.</summary>
    public bool MayRunTwice => Tool == "echo";

    /// <summary>Its tool does not sleep, so that its duration is the system's.</summary>
    public bool IsQuick => Tool is "echo" or "tally";

    /// <summary>Its tool takes longer than its budget.</summary>
    public bool IsTooLong => Budget < TimeSpan.FromSeconds(1);
}

/// <summary>How a call ended.</summary>
/// <param name="End">What the end says about the tool's run.</param>
/// <param name="Code">The code of a failure, or a word of its own for other ends.</param>
internal sealed record CallAnswer(CallEnd End, string Code)
{
    /// <summary>How the call travelled.</summary>
    public required string Way { get; init; }

    /// <summary>Name of the silo whose HTTP door had the call; null for none.</summary>
    public string? Door { get; init; }

    /// <summary>Name of the silo whose worker ran it; null unless it succeeded.</summary>
    public string? Silo { get; init; }

    /// <summary>The result of a success as JSON.</summary>
    public string? Result { get; init; }

    /// <summary>The session's worker is another one than before.</summary>
    public bool Moved { get; init; }

    /// <summary>What a failure says.</summary>
    public string? Detail { get; init; }

    /// <summary>The silo in a worker's name, <c>pool@silo#slot.generation</c>.</summary>
    public static string? SiloOf(string? worker) => worker?[(worker.IndexOf('@', StringComparison.Ordinal) + 1)..worker.LastIndexOf('#')];
}
