namespace Snakepit.Core.Orphans;

/// <summary>One process and no other: numbers are used again, a number with its start time is not.</summary>
/// <param name="Pid">The number.</param>
/// <param name="Started">Clock ticks between the host's start and the process' (proc(5), stat, field 22).</param>
public readonly record struct ProcessId(int Pid, long Started)
{
    public override string ToString() => $"{Pid}";
}
