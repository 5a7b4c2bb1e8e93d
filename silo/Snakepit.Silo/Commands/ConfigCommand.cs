using System.CommandLine;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Hosting.Failures;
using Snakepit.Silo.Serving;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit config explain</c> and <c>snakepit config reference</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Explain and check the configuration.")
    {
        CreateExplain(), ConfigSources.CreateValidate(), ConfigSources.CreateSchema(), CreateReference(),
    };

    private static Command CreateExplain()
    {
        var config = ConfigFile.Option();
        var pool = new Option<string?>("--pool") { Description = "Explain this pool only", HelpName = "NAME" };
        var timeout = new Option<string?>("--timeout")
        {
            Description = "Divide this budget, as if a call had brought it",
            HelpName = "TIME",
        };
        var command = new Command("explain", "Print every derived time-out and where it came from.") { config, pool, timeout };
        command.TreatUnmatchedTokensAsErrors = false;
        Examples.Add(
            command,
            ("snakepit config explain", "sizes and time-outs of all pools, and why"),
            ("snakepit config explain --pool ml --timeout 60s", "how a budget is divided"));
        command.SetAction(result => Explain(
            result.GetValue(config), result.GetValue(pool), result.GetValue(timeout), result.UnmatchedTokens));
        return command;
    }

    private static Command CreateReference()
    {
        var command = new Command("reference", "Print the reference of all options as Markdown.");
        Examples.Add(
            command,
            ("snakepit config reference > configuration.md", "all options in one page"));
        command.SetAction(_ =>
        {
            Console.Write(OptionsReference.ToMarkdown());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static int Explain(string? config, string? pool, string? timeout, IReadOnlyList<string> arguments)
    {
        try
        {
            var configuration = SiloConfiguration.Read(config, arguments);
            var options = configuration.Options();
            var pools = options.Pools.Where(candidate => pool is null || candidate.Name == pool).ToList();
            if (pools.Count == 0)
            {
                string[] names = [.. options.Pools.Select(candidate => candidate.Name)];
                throw new StartupException(
                    $"There is no pool '{pool}'.{Spelling.Hint(pool!, names)} Pools: {string.Join(", ", names)}.");
            }

            var own = timeout is null ? (TimeSpan?)null
                : Duration.TryParse(timeout)
                    ?? throw new StartupException($"--timeout is '{timeout}'; expected {Duration.Forms} or infinite.");
            CommandTable.FitOutput();
            foreach (var each in pools)
            {
                AnsiConsole.WriteLine($"Pool {each.Name}: {PoolSizeText.Explain(each, configuration.Root)}");
                Explain(each, options.Plan(each), own);
            }

            return ExitCodes.Ok;
        }
        catch (Exception error) when (error is StartupException or InvalidOptionsException)
        {
            Console.Error.WriteLine($"snakepit: {error.Message}");
            return ExitCodes.BadConfiguration;
        }
    }

    private static void Explain(PoolOptions pool, TimeoutPlan plan, TimeSpan? own)
    {
        AnsiConsole.WriteLine($"Time-outs of {pool.Name}: profile {plan.Profile} ({plan.ProfileSource})");
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("Time-out", "Value", "From");
        foreach (var (name, value) in plan.All)
            table.AddRow(new Text(name), new Text(Duration.Format(value.Value)), new Text(value.Source));
        AnsiConsole.Write(table);

        var total = plan.TimeoutFor(CallType.Execute, own);
        AnsiConsole.WriteLine(
            $"A call with a budget of {Duration.Format(total)} ({(own is null ? plan.RequestTimeout.Source : "its own")}):");
        AnsiConsole.Write(Layers(plan.Limits(total, own is not null, tool: ""), nameof(TimeoutOptions.PoolQueueTimeout)));

        total = plan.TimeoutFor(CallType.ExecuteStream, own);
        var limits = plan.StreamLimits(total, own is not null);
        var layers = Layers(limits, nameof(TimeoutOptions.CheckoutTimeout));
        if (limits.Run != CallBudget.Infinite)
        {
            layers.AddRow(
                "on a worker",
                Duration.Format(limits.Run),
                "GrpcWorkerStreamTimeout, from the dispatch on, unless Python's time ends before");
        }

        layers.AddRow("reader away", Duration.Format(plan.StreamReaderTimeout.Value), "StreamReaderTimeout");
        AnsiConsole.WriteLine(
            $"A stream with a budget of {Duration.Format(total)} ({(own is null ? plan.StreamTimeout.Source : "its own")}):");
        AnsiConsole.Write(layers);
    }

    private static Table Layers(CallLimits limits, string queueOption)
    {
        var layers = new Table().Border(TableBorder.Simple);
        layers.AddColumns("Layer", "Ends after", "Because");
        layers.AddRow("client", Duration.Format(limits.Total), "the budget");
        layers.AddRow("shard", Duration.Format(limits.WorkerCall), "less WorkerCallMargin, a fifth at most together with the other margin");
        layers.AddRow("Python", Duration.Format(limits.Rpc), "less WorkerCallMargin and PoolReplyMargin");
        layers.AddRow(
            "queue",
            Duration.Format(limits.Queue),
            $"{queueOption} or Python's time, whichever is less; waiting is deducted from Python's time");
        return layers;
    }
}
