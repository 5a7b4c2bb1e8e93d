using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Identity;
using Snakepit.Silo.Serving;
using Snakepit.Workers.Orphans;

namespace Snakepit.Silo.Commands;

/// <summary>
/// <c>snakepit cleanup</c>: ends the processes that killed silos of this instance have left on this host. It does not touch the workers
/// of a running silo.
/// </summary>
internal static class CleanupCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var config = ConfigFile.Option();
        var json = new Option<bool>("--json") { Description = "Print what was killed, kept and what remains as JSON" };
        var command = new Command(
            "cleanup",
            "End what killed silos of this instance have left on this host. "
            + "Options of the configuration may follow as --Snakepit:Name=value.")
        {
            config, json,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        Examples.Add(
            command,
            ("snakepit cleanup", "what silos that died have left here"),
            ("snakepit cleanup --config /etc/snakepit/silo.json --json", "of the instance in that file"));
        command.SetAction((result, cancellationToken) => CleanAsync(
            result.GetValue(config), result.UnmatchedTokens, result.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> CleanAsync(
        string? config, IReadOnlyList<string> arguments, bool json, CancellationToken cancellationToken)
    {
        try
        {
            var options = SiloConfiguration.Read(config, arguments).Options(needsPools: false);
            var report = await ReapAsync(options, cancellationToken);
            Console.WriteLine(json ? JsonSerializer.Serialize(new { report.Killed, report.Kept, report.Remaining }, Json) : Text(report));
            return report.Remaining.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (Exception error) when (error is StartupException or InvalidOptionsException)
        {
            await Console.Error.WriteLineAsync($"snakepit: {error.Message}");
            return ExitCodes.BadConfiguration;
        }
    }

    private static async Task<ReapReport> ReapAsync(SnakepitOptions options, CancellationToken cancellationToken)
    {
        var run = SiloIdentity.NewRun(options);
        try
        {
            using var held = SiloIdentity.TakeLock(options, run);
            using var logging = LoggerFactory.Create(builder => builder
                .AddSimpleConsole(console => console.SingleLine = true)
                .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
            return await new Reaper(logging.CreateLogger<Reaper>()).ReapAsync(held, run, options.RogueCleanup.Timeout, cancellationToken);
        }
        catch (InstanceInUseException error)
        {
            var reason = $"instance '{run.InstanceName}' with token '{run.InstanceToken}' is running, its workers are left alone";
            var owner = error.Owner?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "not known yet";
            await Console.Error.WriteLineAsync($"snakepit: {reason} (process {owner}).");
            return new ReapReport { Kept = [new ReapedProcess(error.Owner ?? 0, reason)] };
        }
    }

    private static string Text(ReapReport report) => report.Remaining.Count == 0
        ? "ok"
        : $"did not go: {string.Join(" ", report.Remaining)}";
}
