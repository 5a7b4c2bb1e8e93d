using System.CommandLine;
using System.Text.Json;
using Snakepit.Core.Configuration;
using Snakepit.Hosting.Failures;
using Snakepit.Silo.Serving;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit config validate</c> and <c>snakepit config schema</c>.</summary>
internal static class ConfigSources
{
    public static Command CreateValidate()
    {
        var config = ConfigFile.Option();
        var json = new Option<bool>("--json") { Description = "Print mistakes and doubts as JSON" };
        var command = new Command(
            "validate",
            "Tell every mistake of a configuration without starting anything; exit code 2 when there is one. "
            + "Options of the configuration may follow as --Snakepit:Name=value.")
        {
            config, json,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        Examples.Add(
            command,
            ("snakepit config validate", "every mistake of the snakepit.json here"),
            ("snakepit config validate --config silo.json --Snakepit:Pools:0:PoolSize=0", "with an option of the command line"));
        command.SetAction(result =>
        {
            var found = Read(result.GetValue(config), result.UnmatchedTokens);
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(new { found.Mistakes, found.Doubts }, CommandJson.Indented));
            else
                Print(found);
            return found.Mistakes.Count == 0 ? ExitCodes.Ok : ExitCodes.BadConfiguration;
        });
        return command;
    }

    public static Command CreateSchema()
    {
        var command = new Command("schema", "Print the JSON schema of the configuration file, for editors.");
        Examples.Add(
            command,
            ("snakepit config schema > snakepit.schema.json", "for editors"));
        command.SetAction(_ =>
        {
            Console.WriteLine(OptionsSchema.Make().ToJsonString(CommandJson.Indented));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Found Read(string? file, IReadOnlyList<string> arguments)
    {
        try
        {
            var configuration = SiloConfiguration.Read(file, arguments);
            var options = configuration.Options();
            return new Found([], configuration.Doubts(), string.Join(", ", options.Pools.Select(pool => pool.Name)));
        }
        catch (InvalidOptionsException error)
        {
            return new Found([.. error.Mistakes.Select(mistake => $"{mistake}")], [], "");
        }
        catch (StartupException error)
        {
            return new Found([error.Message], [], "");
        }
    }

    private static void Print(Found found)
    {
        if (found.Mistakes.Count > 0)
            Console.Error.WriteLine($"snakepit: {InvalidOptionsException.Text(found.Mistakes)}");
        foreach (var doubt in found.Doubts)
            Console.WriteLine($"doubtful: {doubt}");
        if (found.Mistakes.Count == 0)
            Console.WriteLine($"ok: {found.Pools}");
    }

    private sealed record Found(IReadOnlyList<string> Mistakes, IReadOnlyList<string> Doubts, string Pools);
}
