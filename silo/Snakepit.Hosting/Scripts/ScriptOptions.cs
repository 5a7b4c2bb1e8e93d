using Microsoft.Extensions.Hosting;
using Snakepit.Core.Options;

namespace Snakepit.Hosting.Scripts;

/// <summary>What a short program needs of its silo, and how it ends.</summary>
public sealed record ScriptOptions
{
    /// <summary>Module, or module and class, whose tools the script calls: <c>myapp.adapter.MainAdapter</c>.</summary>
    public string? AdapterModule { get; init; }

    /// <summary>
    /// Folders in which Python looks for the adapter. Relative ones start at the folder of the script's file, and for other programs at the
    /// current folder. The default is that folder itself.
    /// </summary>
    public IReadOnlyList<string> PythonPath { get; init; } = ["."];

    /// <summary>Worker processes; 1 by default.</summary>
    public int PoolSize { get; init; } = 1;

    /// <summary>Sets more options of the pool, after those above; null for none.</summary>
    public Action<PoolOptions>? Pool { get; init; }

    /// <summary>Changes the program that hosts the silo, for example its log or its configuration; null for nothing.</summary>
    public Action<IHostApplicationBuilder>? Configure { get; init; }

    /// <summary>How long the silo and all pools together may take until they are ready; 15 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a script may take to end after its token was cancelled; 5 s by default. Then its silo is stopped under it.
    /// </summary>
    public TimeSpan CancelTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the silo may take to stop; 15 s by default. What is left of it then is killed by the clean-up.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the clean-up waits, after asking, until it kills what a stopped silo has left; 5 s by default. Zero leaves the clean-up
    /// out.
    /// </summary>
    public TimeSpan CleanupTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How the process ends. Null, the default, leaves it to the variable <c>SNAKEPIT_SCRIPT_EXIT</c>, then to the deprecated
    /// <c>SNAKEPIT_SCRIPT_HALT</c>, then it is <see cref="ScriptExitMode.None"/>.
    /// </summary>
    public ScriptExitMode? ExitMode { get; init; }

    /// <summary>Whether the silo stops; by default it does when the script has started it.</summary>
    public ScriptStopMode StopMode { get; init; }
}
