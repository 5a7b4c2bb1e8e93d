namespace Snakepit.Workers.Orphans;

/// <summary>What a clean-up did.</summary>
public sealed record ReapReport
{
    public IReadOnlyList<ReapedProcess> Killed { get; init; } = [];

    /// <summary>Left alone.</summary>
    public IReadOnlyList<ReapedProcess> Kept { get; init; } = [];

    /// <summary>Records without a process.</summary>
    public IReadOnlyList<ReapedProcess> Forgotten { get; init; } = [];

    /// <summary>Should have gone and did not.</summary>
    public IReadOnlyList<int> Remaining { get; init; } = [];
}

/// <param name="Pid">The process.</param>
/// <param name="Reason">Why it was treated so.</param>
public sealed record ReapedProcess(int Pid, string Reason);
