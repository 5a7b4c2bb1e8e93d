using System.Diagnostics;
using Snakepit.TestKit;

[assembly: AssemblyFixture(typeof(Snakepit.Cluster.Tests.Silos.LastContract))]

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>The silo of the last contract, built from git when the first test asks for it.</summary>
public sealed class LastContract
{
    private const int HistoryIsShort = 3;

    private readonly Lazy<Task<string?>> _program = new(BuildAsync);

    /// <summary>Its program; null in a copy of the repository whose history does not reach back to it.</summary>
    public Task<string?> ProgramAsync() => _program.Value;

    private static async Task<string?> BuildAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(Places.Root, "scripts", "last-contract.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode switch
        {
            0 => (await output).Trim(),
            HistoryIsShort => null,
            var code => throw new InvalidOperationException($"last-contract.sh ended with code {code}.\n{await errors}{await output}"),
        };
    }
}
