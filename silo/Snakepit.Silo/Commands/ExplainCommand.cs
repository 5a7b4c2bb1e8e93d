using System.CommandLine;
using System.Text.Json;
using Snakepit.Core.Configuration;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Hosting.Failures;
using Snakepit.Silo.Serving;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit config explain</c>.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var config = ConfigFile.Option();
        var pool = new Option<string?>("--pool") { Description = "Explain this pool only", HelpName = "NAME" };
        var timeout = new Option<string?>("--timeout")
        {
            Description = "Divide this budget, as if a call had brought it",
            HelpName = "TIME",
        };
        var json = new Option<bool>("--json") { Description = "Print the explanation as JSON" };
        var command = new Command("explain", "Print every derived time-out and where it came from.") { config, pool, timeout, json };
        command.TreatUnmatchedTokensAsErrors = false;
        Examples.Add(
            command,
            ("snakepit config explain", "sizes and time-outs of all pools, and why"),
            ("snakepit config explain --pool ml --timeout 60s", "how a budget is divided"));
        command.SetAction(result =>
        {
            try
            {
                var configuration = SiloConfiguration.Read(result.GetValue(config), result.UnmatchedTokens);
                var pools = Explain(configuration, result.GetValue(pool), result.GetValue(timeout));
                if (result.GetValue(json))
                    Console.WriteLine(JsonSerializer.Serialize(new { pools }, CommandJson.Indented));
                else
                    Print(pools);
                return ExitCodes.Ok;
            }
            catch (Exception error) when (error is StartupException or InvalidOptionsException)
            {
                Console.Error.WriteLine($"snakepit: {error.Message}");
                return ExitCodes.BadConfiguration;
            }
        });
        return command;
    }

    private static List<PoolExplanation> Explain(SiloConfiguration configuration, string? pool, string? timeout)
    {
        var options = configuration.Options();
        var pools = options.Pools.Where(candidate => pool is null || candidate.Name == pool).ToList();
        if (pools.Count == 0)
        {
            string[] names = [.. options.Pools.Select(candidate => candidate.Name)];
            throw new StartupException($"There is no pool '{pool}'.{Spelling.Hint(pool!, names)} Pools: {string.Join(", ", names)}.");
        }

        var own = timeout is null ? (TimeSpan?)null
            : Duration.TryParse(timeout)
                ?? throw new StartupException($"--timeout is '{timeout}'; expected {Duration.Forms} or infinite.");
        return [.. pools.Select(each => PoolExplanation.Of(
            each.Name, PoolSizeText.Explain(each, configuration.Root), options.Plan(each), own))];
    }

    private static void Print(IEnumerable<PoolExplanation> pools)
    {
        CommandTable.FitOutput();
        foreach (var pool in pools)
        {
            AnsiConsole.WriteLine($"Pool {pool.Name}: {pool.Size}");
            AnsiConsole.WriteLine($"Time-outs of {pool.Name}: profile {pool.Profile} ({pool.ProfileFrom})");
            var table = CommandTable.Of("Time-out", "Value", "From");
            foreach (var (name, value, from) in pool.Timeouts)
                table.AddRow(new Text(name), new Text(value), new Text(from));
            AnsiConsole.Write(table);
            Print("call", pool.Call);
            Print("stream", pool.Stream);
        }
    }

    private static void Print(string what, BudgetExplanation budget)
    {
        AnsiConsole.WriteLine($"A {what} with a budget of {budget.Budget} ({budget.From}):");
        var table = CommandTable.Of("Layer", "Ends after", "Because");
        foreach (var (layer, endsAfter, because) in budget.Layers)
            table.AddRow(layer, endsAfter, because);
        AnsiConsole.Write(table);
    }
}
