using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Python.Setup;

/// <summary>What to make an environment from.</summary>
public sealed record AdapterSetupSpec
{
    /// <summary>The adapter's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Folder of the environment.</summary>
    public required string Venv { get; init; }

    /// <summary>The interpreter that it is made from; null for the first suitable one.</summary>
    public string? Python { get; init; }

    /// <summary>Folders and pages with packages.</summary>
    public IReadOnlyList<string> FindLinks { get; init; } = [];

    /// <summary>Ask no index.</summary>
    public bool NoIndex { get; init; }
}

/// <summary>An environment that has what an adapter needs.</summary>
/// <param name="Python">Its interpreter.</param>
/// <param name="Needs">The file that counted.</param>
/// <param name="WasReady">It was complete before.</param>
public sealed record AdapterEnvironment(PythonInterpreter Python, AdapterNeeds Needs, bool WasReady);

/// <summary>No environment could be made; the message is one sentence that says what to do.</summary>
public sealed class AdapterSetupException(string message) : Exception(message);

/// <summary>
/// Makes a virtual environment for an adapter's folder and installs what the folder asks for, by uv where it is, else by pip. What is
/// complete already is left as it is.
/// </summary>
/// <param name="spec">What to make.</param>
/// <param name="say">Told each step, and each line of the programs that do it.</param>
public sealed class AdapterSetup(AdapterSetupSpec spec, Action<string> say)
{
    /// <summary>In the environment: a hash of what it was filled from.</summary>
    private const string StampName = ".snakepit-setup";

    private static readonly string[] WorkerPackages = ["grpcio>=1.51", "protobuf>=4.21"];

    /// <summary>
    /// Prints the dependencies as JSON; null for those that only a build backend knows. pip has a reader of TOML of its own.
    /// </summary>
    private const string ReadProject =
        "import json, sys\n"
        + "try: import tomllib\n"
        + "except ModuleNotFoundError: from pip._vendor import tomli as tomllib\n"
        + "project = tomllib.load(open(sys.argv[1], 'rb')).get('project', {'dynamic': ['dependencies']})\n"
        + "print(json.dumps(None if 'dependencies' in project.get('dynamic', []) else project.get('dependencies', [])))";

    private readonly InstallPlan _plan = new(OnPath("uv"), spec.Venv, InVenv(spec.Venv), spec.FindLinks, spec.NoIndex);

    /// <exception cref="AdapterSetupException">It could not be made.</exception>
    /// <exception cref="PythonNotFoundException">There is no Python to make it from.</exception>
    public async Task<AdapterEnvironment> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SetUpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception or JsonException)
        {
            throw new AdapterSetupException($"The environment '{spec.Venv}' could not be filled for '{spec.Folder}': {error.Message}");
        }
    }

    private async Task<AdapterEnvironment> SetUpAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(spec.Folder))
            throw new AdapterSetupException($"There is no folder '{spec.Folder}'.");
        var needs = AdapterNeeds.Find(spec.Folder, _plan.Uv is not null)
            ?? throw new AdapterSetupException(
                $"'{spec.Folder}' has no requirements.txt, no uv.lock with its pyproject.toml, and no pyproject.toml with [project] or "
                + "[build-system], so nothing says what its tools need.");
        if (needs.File == NeedsFile.Project && File.Exists((needs with { File = NeedsFile.Lock }).Path))
            say("uv is not on the PATH, so uv.lock does not count: the versions are what pip chooses for pyproject.toml.");
        await CompareAsync(cancellationToken).ConfigureAwait(false);
        var stamp = await StampAsync(needs, cancellationToken).ConfigureAwait(false);
        if (needs.IsSelfContained && await ReadyAsync(stamp, cancellationToken).ConfigureAwait(false) is { } ready)
            return new AdapterEnvironment(ready, needs, WasReady: true);
        if (await IsToMakeAsync(cancellationToken).ConfigureAwait(false))
            await MakeAsync(cancellationToken).ConfigureAwait(false);
        await AddInstallerAsync(cancellationToken).ConfigureAwait(false);
        await FillAsync(needs, cancellationToken).ConfigureAwait(false);
        var python = await CompleteAsync(cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(StampPath, stamp, cancellationToken).ConfigureAwait(false);
        return new AdapterEnvironment(python, needs, WasReady: false);
    }

    /// <summary>A named interpreter counts only when an environment is made, so a wrong one would not be noticed otherwise.</summary>
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (spec.Python is null || !File.Exists(_plan.Python))
            return;
        var (python, problem) = await PythonProbe.AskAsync(spec.Python, cancellationToken).ConfigureAwait(false);
        if (python is null)
            throw new AdapterSetupException($"--python names no interpreter: {problem}.");
        if (NamedOrigin.Difference(python, spec.Venv, _plan.Python) is { } difference)
            say(difference);
    }

    private string StampPath => Path.Combine(spec.Venv, StampName);

    private async Task<PythonInterpreter?> ReadyAsync(string stamp, CancellationToken cancellationToken) =>
        File.Exists(StampPath)
        && await File.ReadAllTextAsync(StampPath, cancellationToken).ConfigureAwait(false) == stamp
        && await AskAsync(cancellationToken).ConfigureAwait(false) is { Suitable: true } python
            ? python
            : null;

    /// <summary>
    /// There is no environment yet, or one whose origin is gone. Making one clears its folder, so a folder that holds anything else is
    /// refused, and so is an environment that only does not answer.
    /// </summary>
    private async Task<bool> IsToMakeAsync(CancellationToken cancellationToken)
    {
        if (!Path.Exists(spec.Venv) || (Directory.Exists(spec.Venv) && !Directory.EnumerateFileSystemEntries(spec.Venv).Any()))
            return true;
        var settings = Path.Combine(spec.Venv, "pyvenv.cfg");
        if (!File.Exists(settings))
        {
            throw new AdapterSetupException(
                $"'{spec.Venv}' is no virtual environment and is not empty, so it stays as it is; name another folder by --venv.");
        }

        if (!File.Exists(_plan.Python)) // or it is a link to an interpreter that is gone
            return true;
        var (python, problem) = await PythonProbe.AskAsync(_plan.Python, cancellationToken).ConfigureAwait(false);
        if (python is not null)
            return false;
        var home = (await File.ReadAllLinesAsync(settings, cancellationToken).ConfigureAwait(false)).Select(line => line.Split('=', 2))
            .FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim() == "home")?[1].Trim();
        return home is not null && !Directory.Exists(home)
            ? true
            : throw new AdapterSetupException(
                $"The virtual environment '{spec.Venv}' does not answer: {problem?.TrimEnd('.')}. Remove the folder to have it made anew.");
    }

    /// <summary>Null when the environment does not run.</summary>
    private async Task<PythonInterpreter?> AskAsync(CancellationToken cancellationToken) =>
        File.Exists(_plan.Python) && (await PythonProbe.AskAsync(_plan.Python, cancellationToken).ConfigureAwait(false)) is var (found, _)
            ? found
            : null;

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var origin = await OriginAsync(cancellationToken).ConfigureAwait(false);
        say($"Making a virtual environment in {spec.Venv} from Python {origin.Version} at {origin.Path}.");
        if (await SetupProcess.RunAsync(_plan.Make(origin.Path), say, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            throw new AdapterSetupException(
                $"The virtual environment '{spec.Venv}' could not be made by '{_plan.Make(origin.Path)}': {failure}");
        }
    }

    /// <summary>Looks each time: an earlier run may have failed here.</summary>
    private async Task AddInstallerAsync(CancellationToken cancellationToken)
    {
        if (await SetupProcess.RunAsync(_plan.AskForInstaller(), static _ => { }, cancellationToken).ConfigureAwait(false) is null)
            return;
        if (await SetupProcess.RunAsync(_plan.AddInstaller(), say, cancellationToken).ConfigureAwait(false) is { } reason)
        {
            throw new AdapterSetupException(
                $"The virtual environment '{spec.Venv}' has no pip and cannot make one: {reason.TrimEnd('.')}. On Debian install "
                + "python3-pip or python3-venv; or install uv.");
        }
    }

    /// <summary>
    /// The named one, else the first that has what workers need, else the first that could have it. An environment is no origin: what it
    /// has is not seen by one that is made from it.
    /// </summary>
    private async Task<PythonInterpreter> OriginAsync(CancellationToken cancellationToken)
    {
        var named = spec.Python
            ?? (Environment.GetEnvironmentVariable(PythonLocator.Variable) is { Length: > 0 } variable ? variable : null);
        var problems = new List<string>();
        PythonInterpreter? bare = null;
        foreach (var candidate in named is null ? PythonLocator.Candidates().Where(path => !IsInEnvironment(path)) : [named])
        {
            var (python, problem) = await PythonProbe.AskAsync(candidate, cancellationToken).ConfigureAwait(false);
            if (python is { Suitable: true })
                return python;
            bare ??= python is { TooOld: false } ? python : null;
            problems.Add(problem ?? python!.Problem!);
        }

        return bare ?? throw new PythonNotFoundException(
            $"There is no Python to make an environment from: {(problems.Count == 0 ? "none was found" : string.Join("; ", problems))}. "
            + $"Install Python {PythonInterpreter.Oldest} or newer, or name one by --python.");
    }

    private async Task FillAsync(AdapterNeeds needs, CancellationToken cancellationToken)
    {
        var dependencies = needs.File == NeedsFile.Project
            ? await DependenciesAsync(needs.Path, cancellationToken).ConfigureAwait(false)
            : null;
        if (_plan.Fill(needs, dependencies) is not { } step)
        {
            say($"{needs.Path} names no dependencies.");
            return;
        }

        say($"Installing what {needs.Path} asks for by {(_plan.Uv is null ? "pip" : "uv")}.");
        await InstallAsync(step, needs.Path, cancellationToken).ConfigureAwait(false);
    }

    private async Task InstallAsync(SetupStep step, string wanted, CancellationToken cancellationToken)
    {
        if (await SetupProcess.RunAsync(step, say, cancellationToken).ConfigureAwait(false) is not { } failure)
            return;
        var offline = spec switch
        {
            { NoIndex: false } => "Without a network name a folder with the packages: --no-index --find-links FOLDER.",
            { FindLinks.Count: 0 } => "With --no-index only --find-links counts, and none is given.",
            _ => $"With --no-index only {string.Join(", ", spec.FindLinks)} counts.",
        };
        throw new AdapterSetupException($"What {wanted} asks for could not be installed: {failure.TrimEnd('.')}. {offline}");
    }

    private async Task<PythonInterpreter> CompleteAsync(CancellationToken cancellationToken)
    {
        var python = await AskAsync(cancellationToken).ConfigureAwait(false);
        if (python is { Suitable: false, TooOld: false })
        {
            say($"Installing {string.Join(" and ", python.Missing)}, which workers need.");
            await InstallAsync(_plan.Install(WorkerPackages), "the worker", cancellationToken).ConfigureAwait(false);
            python = await AskAsync(cancellationToken).ConfigureAwait(false);
        }

        return python is { Suitable: true }
            ? python
            : throw new AdapterSetupException($"The environment '{spec.Venv}' cannot run workers: {python?.Problem ?? "it does not run"}.");
    }

    private async Task<IReadOnlyList<string>?> DependenciesAsync(string file, CancellationToken cancellationToken)
    {
        var answer = await ProgramAnswer.AskAsync(new ProcessStartInfo(_plan.Python, ["-c", ReadProject, file]), cancellationToken)
            .ConfigureAwait(false);
        return answer.ExitCode == 0
            ? JsonSerializer.Deserialize<List<string>>(answer.Output)
            : throw new AdapterSetupException($"'{file}' cannot be read: {answer.Errors.Trim().Split('\n')[^1]}");
    }

    /// <summary>Another file, another content or another way to install makes another stamp.</summary>
    private async Task<string> StampAsync(AdapterNeeds needs, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{needs.File} {_plan.Uv is null} {spec.Python}\n"));
        foreach (var file in needs.Files)
            hash.AppendData(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsInEnvironment(string python) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(python)) ?? "", "pyvenv.cfg"));

    private static string InVenv(string venv) => Path.Combine(venv, OperatingSystem.IsWindows() ? "Scripts/python.exe" : "bin/python");

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program))
        .FirstOrDefault(File.Exists);
}
