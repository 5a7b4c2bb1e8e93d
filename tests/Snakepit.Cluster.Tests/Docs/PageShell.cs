using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Docs;

/// <summary>A shell in which a page's commands run one after the other: folder and exported variables go from one to the next.</summary>
internal sealed class PageShell
{
    /// <summary>For one command on a busy host. It ends a hang; it measures nothing.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly string _state;
    private readonly Dictionary<string, string?> _environment;

    /// <param name="folder">Where it begins.</param>
    /// <param name="own">A folder of the test's own.</param>
    /// <param name="token">Identity of the silos that it starts.</param>
    public PageShell(string folder, string own, string token)
    {
        _state = Path.Combine(own, "state");
        File.WriteAllText(_state, $"cd '{folder}'\n");
        // An answer that is an error is a failure of the command.
        File.WriteAllText(Path.Combine(own, ".curlrc"), "fail-with-body\nsilent\nshow-error\n");
        _environment = new Dictionary<string, string?>
        {
            ["PATH"] = $"{Path.GetDirectoryName(Places.Snakepit)}:{Environment.GetEnvironmentVariable("PATH")}",
            ["CURL_HOME"] = own,
            ["XDG_RUNTIME_DIR"] = Directory.CreateDirectory(Path.Combine(own, "run")).FullName,
            ["SNAKEPIT_DATA_DIR"] = Path.Combine(own, "data"),
            ["SNAKEPIT_INSTANCE_TOKEN"] = token,
            ["SNAKEPIT_PYTHON"] = Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON") ?? "/usr/bin/python3",
            ["Snakepit__Cluster__SiloPort"] = $"{FreePorts.Take()}",
            ["Snakepit__Cluster__GatewayPort"] = $"{FreePorts.Take()}",
        };
    }

    /// <summary>The folder in which it is now.</summary>
    public string Folder => File.ReadLines(_state).Last()["cd '".Length..^1];

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">The command.</param>
    /// <param name="url">The silo that it means when it names none.</param>
    public async Task<(int Code, string Output)> RunAsync(string command, Uri url)
    {
        await using var program = ChildProgram.Start(new ProgramStart(command, "bash",
        [
            "-c",
            $$"""
            source "{{_state}}"
            set -o pipefail
            {{command}}
            code=$?
            { declare -px | grep -v "^declare -x SNAKEPIT_URL="; printf "cd '%s'\n" "$PWD"; } >"{{_state}}"
            exit $code
            """,
        ])
        {
            Environment = Environ(url),
        });
        return (await program.WaitForExitAsync(Limit), program.Output);
    }

    /// <summary>Starts a program that runs until Ctrl-C.</summary>
    public ChildProgram Start(string command, Uri url) => ChildProgram.Start(
        // A shell starts background jobs with SIGINT ignored, the tests may be in one, and the program would inherit that.
        new ProgramStart(command, "bash", ["-c", $"source \"{_state}\"; exec env --default-signal=INT {command}"])
        {
            Environment = Environ(url),
        });

    private Dictionary<string, string?> Environ(Uri url) => new(_environment) { ["SNAKEPIT_URL"] = url.ToString().TrimEnd('/') };
}
