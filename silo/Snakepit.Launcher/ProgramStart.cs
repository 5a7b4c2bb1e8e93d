namespace Snakepit.Launcher;

/// <summary>What to start, and how.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Executable">Path of the program.</param>
/// <param name="Arguments">Its arguments, one by one.</param>
public sealed record ProgramStart(string Name, string Executable, IReadOnlyList<string> Arguments)
{
    /// <summary>Folder that it runs in. Default: this process's own.</summary>
    public string? Folder { get; init; }

    /// <summary>Variables that it gets beside those of this process. A null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>From asking it to stop, when it is disposed of, until it is killed with all that it has started. Default: 15 s.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Is called with each line of output, on a thread of the process class. Default: nothing.</summary>
    public Action<string>? OnLine { get; init; }
}
