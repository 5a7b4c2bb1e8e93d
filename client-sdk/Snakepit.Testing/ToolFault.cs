namespace Snakepit.Testing;

/// <summary>What goes wrong with a call of a tool. Immutable.</summary>
public sealed record ToolFault
{
    private ToolFault(ToolFaultKind kind) => Kind = kind;

    /// <summary>The worker process crashes while it has the call: <c>worker_exited</c>, <c>MaybeRan</c>. Another worker starts.</summary>
    public static ToolFault Crash { get; } = new(ToolFaultKind.Crash);

    /// <summary>
    /// The tool neither ends nor heeds a cancel, as C code that holds the interpreter does. At the deadline its worker is killed.
    /// </summary>
    public static ToolFault Hang { get; } = new(ToolFaultKind.Hang);

    /// <summary>
    /// The worker refuses the call, because another program told it to stop: <c>worker_refused</c>, <c>NotStarted</c>. It takes no more
    /// calls, and another worker takes its place.
    /// </summary>
    public static ToolFault Refuse { get; } = new(ToolFaultKind.Refuse);

    internal ToolFaultKind Kind { get; }

    internal TimeSpan Delay { get; private init; }

    /// <summary>The tool runs that much later, by the clock of the test.</summary>
    public static ToolFault Slow(TimeSpan delay) => new(ToolFaultKind.Slow) { Delay = delay };
}

/// <summary>The kinds of faults.</summary>
internal enum ToolFaultKind
{
    Crash,
    Hang,
    Refuse,
    Slow,
}
