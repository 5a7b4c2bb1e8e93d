namespace Snakepit.Workers.Python.Setup;

/// <summary>A program with its arguments, and variables beside those that it inherits.</summary>
public sealed record SetupStep(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string>? Variables = null)
{
    /// <summary>As a person would type it.</summary>
    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";
}

/// <summary>Which commands make an environment and fill it. Runs nothing.</summary>
/// <param name="Uv">Path of uv; null to use venv and pip.</param>
/// <param name="Venv">Folder of the environment.</param>
/// <param name="Python">Its interpreter.</param>
/// <param name="FindLinks">Folders and pages with packages.</param>
/// <param name="NoIndex">Ask no index: only <paramref name="FindLinks"/> count.</param>
internal sealed record InstallPlan(string? Uv, string Venv, string Python, IReadOnlyList<string> FindLinks, bool NoIndex)
{
    /// <summary>
    /// The environment sees the packages of its origin, where grpcio, protobuf and pip may be. A pip of its own would take seconds more.
    /// </summary>
    public SetupStep Make(string origin) => Uv is { } uv
        ? new SetupStep(uv, ["venv", "--quiet", "--clear", "--system-site-packages", "--python", origin, Venv])
        : new SetupStep(origin, ["-m", "venv", "--clear", "--without-pip", "--system-site-packages", Venv]);

    /// <summary>Succeeds where the environment has what installs packages.</summary>
    public SetupStep AskForInstaller() =>
        Uv is { } uv ? new SetupStep(uv, ["--version"]) : new SetupStep(Python, ["-m", "pip", "--version"]);

    /// <summary>Gives the environment a pip of its own.</summary>
    public SetupStep AddInstaller() => new(Python, ["-m", "ensurepip", "--default-pip"]);

    /// <summary>Installs packages by name.</summary>
    public SetupStep Install(IReadOnlyList<string> packages) => Pip([.. packages]);

    /// <summary>Installs what an adapter's folder asks for; null when that is nothing.</summary>
    /// <param name="needs">The file that counts.</param>
    /// <param name="dependencies">Those of a project file; null when only its build backend knows them.</param>
    public SetupStep? Fill(AdapterNeeds needs, IReadOnlyList<string>? dependencies) => needs.File switch
    {
        NeedsFile.Lock => new SetupStep(
            Uv!,
            ["sync", "--frozen", "--inexact", "--no-install-project", "--project", needs.Folder, .. Sources],
            new Dictionary<string, string> { ["UV_PROJECT_ENVIRONMENT"] = Venv }),
        NeedsFile.Requirements => Pip("-r", needs.Path),
        NeedsFile.Project when dependencies is null => Pip(needs.Folder),
        NeedsFile.Project => dependencies.Count == 0 ? null : Pip([.. dependencies]),
        _ => throw new ArgumentOutOfRangeException(nameof(needs), needs.File, "Unknown file."),
    };

    private IEnumerable<string> Sources =>
        [.. FindLinks.SelectMany(place => new[] { "--find-links", place }), .. NoIndex ? new[] { "--no-index" } : []];

    private SetupStep Pip(params string[] what) => Uv is { } uv
        ? new SetupStep(uv, ["pip", "install", "--python", Python, .. Sources, .. what])
        : new SetupStep(
            Python,
            ["-m", "pip", "install", "--no-input", "--progress-bar", "off", "--disable-pip-version-check", .. Sources, .. what]);
}
