using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Snakepit.Core.Processes;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Python;

/// <summary>Asks an interpreter for its version and for the packages the worker needs, without importing them.</summary>
public static class PythonProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private const string Question =
        "import importlib.util as u, json, os, sys\n"
        + "def has(name):\n"
        + "    try: return u.find_spec(name) is not None\n"
        + "    except ModuleNotFoundError: return False\n"
        + "print(json.dumps({'path': sys.executable, 'pid': os.getpid(), 'version': list(sys.version_info[:3]),"
        + " 'missing': [p for p, m in (('grpcio', 'grpc'), ('protobuf', 'google.protobuf')) if not has(m)]}))";

    /// <summary>The interpreter's answer, or null with the reason when there is none.</summary>
    public static async Task<(PythonInterpreter? Interpreter, string? Problem)> AskAsync(string path, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, ["-c", Question]);
        // the file may be any script, and must not see secrets
        InheritedEnvironment.Restrict(start.Environment, Inheritance.Default);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var answer = await ProgramAnswer.AskAsync(start, limit.Token).ConfigureAwait(false);
            return answer.ExitCode == 0
                ? Read(path, answer.Output, answer.Pid)
                : (null, $"'{path}' is no working Python (exit code {answer.ExitCode}): {answer.Errors.Trim()}");
        }
        catch (Win32Exception error)
        {
            return (null, $"'{path}' cannot be executed: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"'{path}' did not answer within {Limit.TotalSeconds} s");
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return (null, $"'{path}' is no Python: it did not answer as one");
        }
    }

    private static (PythonInterpreter? Interpreter, string? Problem) Read(string path, string answer, int started)
    {
        using var json = JsonDocument.Parse(answer);
        // A worker has to be the process that the silo starts: by its number the silo knows it, waits for it and ends it. On Windows
        // the python.exe of a virtual environment is such a wrapper itself.
        if (!OperatingSystem.IsWindows() && json.RootElement.TryGetProperty("pid", out var pid) && pid.GetInt32() != started)
        {
            return (null, $"'{path}' starts Python as a process beside it (process {pid.GetInt32()}, while it is process {started} "
                + "itself). "
                + "A wrapper has to become Python: put 'exec' in front of its last command");
        }

        var version = json.RootElement.GetProperty("version");
        var executable = json.RootElement.GetProperty("path").GetString() is { Length: > 0 } full ? full : path;
        return (new PythonInterpreter
        {
            Path = path,
            Executable = executable,
            Version = new Version(version[0].GetInt32(), version[1].GetInt32(), version[2].GetInt32()),
            Missing = [.. json.RootElement.GetProperty("missing").EnumerateArray().Select(item => item.GetString()!)],
        }, null);
    }
}
