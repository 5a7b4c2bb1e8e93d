using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Snakepit.Workers.Python;

/// <summary>
/// Finds the interpreter for workers: the one that was named (option, then <c>SNAKEPIT_PYTHON</c>), else the first
/// suitable of <c>.venv</c>, the PATH and the system's own. A named one is used or refused, never replaced. Thread-safe.
/// </summary>
public sealed class PythonLocator(ILogger<PythonLocator> logger) : IDisposable
{
    public const string Variable = "SNAKEPIT_PYTHON";

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["python.exe"] : ["python3", "python"];

    private readonly ConcurrentDictionary<string, Task<PythonInterpreter>> _found = new();
    private readonly CancellationTokenSource _closing = new();

    /// <param name="configured">What the options name, or null.</param>
    /// <param name="cancellationToken">Ends this wait. The search goes on, for others may wait for it, until this is disposed of.</param>
    /// <exception cref="PythonNotFoundException">Nothing suitable; the message says what was tried and what to do.</exception>
    public async Task<PythonInterpreter> FindAsync(string? configured, CancellationToken cancellationToken)
    {
        var named = configured ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : null);
        var search = _found.GetOrAdd(named ?? "", static (key, locator) => locator.SearchAsync(key), this);
        try
        {
            return await search.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PythonNotFoundException)
        {
            _found.TryRemove(new(named ?? "", search)); // it may be installed meanwhile, so the next start looks again
            throw;
        }
    }

    /// <summary>Ends what is being asked; a hung interpreter does not outlive the silo.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    /// <summary>The places looked at when nothing is named, in order.</summary>
    public static IReadOnlyList<string> Candidates()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var virtualEnvironment = Path.Combine(Directory.GetCurrentDirectory(), ".venv", OperatingSystem.IsWindows() ? "Scripts" : "bin");
        return [.. folders.Prepend(virtualEnvironment).Append("/usr/bin").Append("/usr/local/bin")
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .Where(File.Exists)
            .Distinct()];
    }

    private async Task<PythonInterpreter> SearchAsync(string named)
    {
        var found = await (named.Length > 0 ? NamedAsync(named, _closing.Token) : FirstSuitableAsync(_closing.Token)).ConfigureAwait(false);
        PythonLog.Interpreter(logger, found.Version.ToString(), found.Executable, found.Path);
        return found;
    }

    private static async Task<PythonInterpreter> NamedAsync(string path, CancellationToken closing)
    {
        var (interpreter, problem) = await PythonProbe.AskAsync(path, closing).ConfigureAwait(false);
        if (interpreter is null)
        {
            throw new PythonNotFoundException($"{problem}. Name another interpreter in {Variable} or Snakepit:PythonExecutable.")
            {
                IsNoPython = true,
            };
        }

        return interpreter.Problem is { } lack ? throw new PythonNotFoundException($"{lack}. {Remedy(path)}") : interpreter;
    }

    private static async Task<PythonInterpreter> FirstSuitableAsync(CancellationToken closing)
    {
        var problems = new List<string>();
        foreach (var candidate in Candidates())
        {
            var (interpreter, problem) = await PythonProbe.AskAsync(candidate, closing).ConfigureAwait(false);
            problem ??= interpreter!.Problem;
            if (problem is null)
                return interpreter!;
            problems.Add(problem);
        }

        throw new PythonNotFoundException(problems.Count == 0
            ? $"No Python was found in .venv, on the PATH or in /usr/bin. Install Python {PythonInterpreter.Oldest} or newer, or name one "
                + $"in {Variable} or Snakepit:PythonExecutable."
            : $"No Python that can run workers was found: {string.Join("; ", problems)}. {Remedy(Candidates()[0])}");
    }

    private static string Remedy(string path) =>
        $"Run 'snakepit setup', or '{path} -m pip install grpcio protobuf', or name another interpreter in {Variable} or "
        + "Snakepit:PythonExecutable.";
}

/// <summary>There is no interpreter that can run workers.</summary>
public sealed class PythonNotFoundException(string message) : Exception(message)
{
    /// <summary>What was named is no Python that runs, so no package would help.</summary>
    public bool IsNoPython { get; init; }
}
