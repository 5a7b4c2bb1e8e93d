using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Snakepit.Core.Processes;

namespace Snakepit.Workers.Python;

/// <summary>Asks an interpreter for its version and for the packages the worker needs, without importing them.</summary>
public static class PythonProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private const string Question =
        "import importlib.util as u, json, sys\n"
        + "def has(name):\n"
        + "    try: return u.find_spec(name) is not None\n"
        + "    except ModuleNotFoundError: return False\n"
        + "print(json.dumps({'path': sys.executable, 'version': list(sys.version_info[:3]),"
        + " 'missing': [p for p, m in (('grpcio', 'grpc'), ('protobuf', 'google.protobuf')) if not has(m)]}))";

    /// <summary>The interpreter's answer, or null with the reason when there is none.</summary>
    public static async Task<(PythonInterpreter? Interpreter, string? Problem)> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(path) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true } };
        process.StartInfo.ArgumentList.Add("-c");
        process.StartInfo.ArgumentList.Add(Question);
        WorkerEnvironment.Restrict(process.StartInfo.Environment, Inheritance.Default); // it may be anybody's script
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            process.Start();
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var answer = await process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return process.ExitCode == 0
                ? (Read(path, answer), null)
                : (null, $"'{path}' is no working Python (exit code {process.ExitCode}): {(await errors.ConfigureAwait(false)).Trim()}");
        }
        catch (Win32Exception error)
        {
            return (null, $"'{path}' cannot be executed: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return (null, $"'{path}' did not answer within {Limit.TotalSeconds} s");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return (null, $"'{path}' is no Python: it did not answer as one");
        }
    }

    private static PythonInterpreter Read(string path, string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var version = json.RootElement.GetProperty("version");
        return new PythonInterpreter
        {
            Path = json.RootElement.GetProperty("path").GetString() is { Length: > 0 } full ? full : path,
            Version = new Version(version[0].GetInt32(), version[1].GetInt32(), version[2].GetInt32()),
            Missing = [.. json.RootElement.GetProperty("missing").EnumerateArray().Select(item => item.GetString()!)],
        };
    }
}
