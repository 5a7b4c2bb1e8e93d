using System.ComponentModel;
using System.Diagnostics;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Python;

/// <summary>
/// Gets a Python that can run workers, with as little change to the host as possible: one that can already; else a
/// virtual environment with pip; else, as root on Debian, system packages. Says what it does.
/// </summary>
/// <param name="venv">Folder of the virtual environment to make.</param>
/// <param name="say">Told each step.</param>
public sealed class PythonSetup(string venv, Action<string> say)
{
    private static readonly string[] Packages = ["grpcio>=1.51", "protobuf>=4.21"];
    private static readonly string[] DebianPackages = ["python3-grpcio", "python3-protobuf"];

    /// <exception cref="PythonNotFoundException">None of it worked; the message has the command to run.</exception>
    public async Task<PythonInterpreter> RunAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(PythonLocator.Variable) is { Length: > 0 } named)
            return await NamedAsync(named, cancellationToken).ConfigureAwait(false);

        var found = new List<PythonInterpreter>();
        foreach (var candidate in PythonLocator.Candidates().Prepend(InVenv))
        {
            if (!File.Exists(candidate))
                continue;
            var (interpreter, _) = await PythonProbe.AskAsync(candidate, cancellationToken).ConfigureAwait(false);
            if (interpreter is { Suitable: true })
            {
                say($"Python {interpreter.Version} at {interpreter.Path} has what workers need.");
                return interpreter;
            }

            if (interpreter is { TooOld: false })
                found.Add(interpreter);
        }

        return (found.Count > 0 ? await VenvAsync(found[0], cancellationToken).ConfigureAwait(false) : null)
            ?? await DebianAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new PythonNotFoundException(found.Count > 0
                ? $"Python {found[0].Version} at '{found[0].Path}' lacks {string.Join(" and ", found[0].Missing)}, and they could not be "
                    + $"installed. Run: {found[0].Path} -m pip install {string.Join(' ', Packages.Select(package => $"'{package}'"))}"
                : $"No Python {PythonInterpreter.Oldest} or newer was found. Install one, or name it in {PythonLocator.Variable}.");
    }

    private string InVenv => Path.Combine(venv, OperatingSystem.IsWindows() ? "Scripts/python.exe" : "bin/python");

    private static async Task<PythonInterpreter> NamedAsync(string path, CancellationToken cancellationToken)
    {
        var (interpreter, problem) = await PythonProbe.AskAsync(path, cancellationToken).ConfigureAwait(false);
        problem ??= interpreter!.Problem;
        return problem is null
            ? interpreter!
            : throw new PythonNotFoundException(
                $"{PythonLocator.Variable} names a Python that cannot run workers: {problem}. Run: {path} -m pip install "
                + $"{string.Join(' ', Packages.Select(package => $"'{package}'"))}");
    }

    private async Task<PythonInterpreter?> VenvAsync(PythonInterpreter origin, CancellationToken cancellationToken)
    {
        var isNew = !Path.Exists(venv);
        say($"No Python with grpcio and protobuf found; making a virtual environment in {venv} from {origin.Path}.");
        var made = await RunAsync(origin.Path, ["-m", "venv", "--system-site-packages", venv], cancellationToken).ConfigureAwait(false)
            && await RunAsync(
                InVenv,
                ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "15", .. Packages],
                cancellationToken).ConfigureAwait(false);
        if (made)
        {
            var (interpreter, _) = await PythonProbe.AskAsync(InVenv, cancellationToken).ConfigureAwait(false);
            if (interpreter is { Suitable: true })
                return interpreter;
        }

        say("The virtual environment could not be filled.");
        if (isNew && Directory.Exists(venv))
            Directory.Delete(venv, recursive: true);
        return null;
    }

    private async Task<PythonInterpreter?> DebianAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists("/etc/debian_version") || Posix.EffectiveUserId() != 0)
            return null;
        say($"Installing {string.Join(' ', DebianPackages)} with apt-get.");
        await RunAsync("apt-get", ["update", "-qq"], cancellationToken).ConfigureAwait(false);
        // Killed in the middle, it would leave the packages of the system half installed.
        string[] install = ["install", "-y", "-qq", "python3", .. DebianPackages];
        if (!await RunAsync("apt-get", install, CancellationToken.None).ConfigureAwait(false))
            return null;
        var (interpreter, _) = await PythonProbe.AskAsync("/usr/bin/python3", cancellationToken).ConfigureAwait(false);
        return interpreter is { Suitable: true } ? interpreter : null;
    }

    private async Task<bool> RunAsync(string command, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command, arguments);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        try
        {
            var answer = await ProgramAnswer.AskAsync(start, cancellationToken).ConfigureAwait(false);
            if (answer.ExitCode == 0)
                return true;
            var last = answer.Errors.Trim().Split('\n')[^1];
            say($"'{command} {string.Join(' ', arguments)}' failed with exit code {answer.ExitCode}: {last}");
        }
        catch (Win32Exception error)
        {
            say($"'{command}' cannot be executed: {error.Message}");
        }

        return false;
    }
}
