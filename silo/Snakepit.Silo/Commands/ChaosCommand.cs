using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Serialization;
using Snakepit.Hosting.Database;
using Snakepit.Hosting.Failures;
using Snakepit.Launcher;
using Snakepit.Silo.Chaos;
using Snakepit.Silo.Chaos.Reckoning;
using Snakepit.Silo.Chaos.Silos;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit chaos</c>: proof on the user's own machine that nothing is lost and nothing stays behind.</summary>
internal static class ChaosCommand
{
    private const int MostSilos = 9, Connections = 4, ServerConnections = 200;

    private const string NoPostgres = "--silos above 1 needs PostgreSQL: name an empty database with --connection, "
        + "or install Debian's package 'postgresql' or put initdb and postgres on the PATH.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        WriteIndented = true,
    };

    public static Command Create()
    {
        var seed = new Option<int?>("--seed") { Description = "Repeats an earlier run's choices", HelpName = "S" };
        var minutes = new Option<double>("--minutes") { Description = "How long", DefaultValueFactory = _ => 1, HelpName = "M" };
        var silos = new Option<int>("--silos")
        {
            Description = "Silos of the cluster; more than one need PostgreSQL",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        var connection = new Option<string?>("--connection")
        {
            Description = "Connection string of an empty PostgreSQL database; without it a server is started and thrown away",
            HelpName = "STRING",
        };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON; what happens goes to standard error" };
        var command = new Command(
            "chaos", "Kill, stop, pause, crash, overload and replace silos and workers of a cluster started for it, and count.")
        {
            seed, minutes, silos, connection, json,
        };
        Examples.Add(
            command,
            ("snakepit chaos", "a minute of crashes on a silo of its own"),
            ("snakepit chaos --silos 3 --minutes 5 --json", "whole silos die too; the report as JSON"),
            ("snakepit chaos --seed 7", "the choices of an earlier run"));
        command.SetAction(async (result, cancellationToken) =>
        {
            if (!OperatingSystem.IsLinux())
                return Refuse("chaos needs Linux: it looks at processes in /proc.");
            if (result.GetValue(minutes) is not (> 0 and <= 10_000))
                return Refuse($"--minutes is {result.GetValue(minutes)}; expected more than 0 and at most 10000.");
            if (result.GetValue(silos) is not (>= 1 and <= MostSilos))
                return Refuse($"--silos is {result.GetValue(silos)}; expected 1 to {MostSilos}.");
            if (result.GetValue(connection) is not null && result.GetValue(silos) == 1)
                return Refuse("--connection is for more than one silo; name their number with --silos.");
            var plan = new ChaosPlan(
                result.GetValue(seed) ?? Random.Shared.Next(),
                TimeSpan.FromMinutes(result.GetValue(minutes)),
                result.GetValue(silos),
                result.GetValue(json));
            return await RunAsync(plan, result.GetValue(connection), cancellationToken);
        });
        return command;
    }

    [SupportedOSPlatform("linux")]
    private static async Task<int> RunAsync(ChaosPlan plan, string? connection, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            if (connection is not null)
                await CheckAsync(connection, stop.Token);
            var programs = plan.Silos == 1 || connection is not null
                ? null
                : ThrowAwayPostgres.FindPrograms() ?? throw new StartupException(NoPostgres);
            await using var server = programs is null
                ? null
                : await ThrowAwayPostgres.StartAsync(programs, ServerConnections, stop.Token);
            var (events, terminal) = plan.Json ? (Console.Error, !Console.IsErrorRedirected) : (Console.Out, !Console.IsOutputRedirected);
            var report = await new ChaosRun(plan, new ChaosScreen(events, terminal)).RunAsync(connection ?? server?.Connection, stop.Token);
            return Show(report, plan);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("snakepit: chaos was stopped before its end.");
            return ExitCodes.Failed;
        }
        catch (TimeoutException error)
        {
            await Console.Error.WriteLineAsync($"snakepit: {error.Message}");
            return ExitCodes.Failed;
        }
        catch (Exception error) when (error is StartupException or IOException)
        {
            return Refuse(error.Message);
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static int Show(ChaosReport report, ChaosPlan plan)
    {
        if (plan.Json)
            Console.Out.WriteLine(JsonSerializer.Serialize(report, Json));
        else
            ReportText.Write(report, Console.Out);
        var wrong = report.Violations.Values.Sum();
        var kinds = string.Join(", ", report.Violations.Select(kind => $"{kind.Key}: {kind.Value}"));
        var output = plan.Json ? Console.Error : Console.Out;
        output.WriteLine(wrong == 0
            ? "Nothing was lost and nothing is left."
            : $"{wrong} violations with seed {plan.Seed} ({kinds}). Logs: {string.Join(", ", report.Logs)}");
        return wrong == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <exception cref="StartupException">The database cannot be used.</exception>
    private static async Task CheckAsync(string connection, CancellationToken cancellationToken)
    {
        var database = DatabaseConnection.Of(connection, "--connection", Connections);
        await using var source = database.Open();
        await DatabaseCheck.PrepareAsync(database, source, initialize: true, cancellationToken);
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine($"snakepit: {why}");
        return ExitCodes.BadConfiguration;
    }
}
